# escape: a function of the library turned into a coroutine function, which changes what the library shares
# expect: guest TypeError
import json
import types
escaped = types.coroutine(json.dumps)
