# escape: the dictionary of a facade
# expect: HC101
import json
escaped = vars(json)
