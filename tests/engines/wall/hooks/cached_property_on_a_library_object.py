# escape: private state of a library object
# expect: HC110
import functools, tempfile
class A:
    @functools.cached_property
    def _files(self):
        return None
escaped = A._files.__get__(tempfile.TemporaryDirectory())
