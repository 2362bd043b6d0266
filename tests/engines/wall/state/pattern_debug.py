# escape: text on the host's stdout
# expect: value 'a'
import re
re.compile("a", 128).pattern
