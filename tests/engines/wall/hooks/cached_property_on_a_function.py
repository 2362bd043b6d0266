# escape: an attribute on a library function
# expect: guest TypeError
import functools, json
class A:
    @functools.cached_property
    def mark(self):
        return 1
A.mark.__get__(json.dumps)
escaped = json.dumps.mark
