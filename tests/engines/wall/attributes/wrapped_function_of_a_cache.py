# escape: a function of the library behind its cache
# expect: HC101
# expect: guest AttributeError
import urllib.parse
escaped = urllib.parse.urlsplit.__wrapped__
