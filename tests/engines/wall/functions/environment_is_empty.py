# escape: the host's environment
# expect: value [None, None]
import os
escaped = [value for value in os.environ.values()] + [os.getenv("HOME"), os.getenv("PATH")]
escaped
