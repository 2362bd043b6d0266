# escape: a descriptor of the library that is told another name
# expect: HC101
import functools, tempfile
prop = functools.cached_property(lambda self: None)
class A:
    pass
prop.__set_name__(A, "_files")
escaped = prop.__get__(tempfile.TemporaryDirectory())
