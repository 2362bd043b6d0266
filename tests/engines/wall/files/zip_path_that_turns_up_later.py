# escape: a file object that becomes a path
# expect: value 'no path'
import zipfile
class F:
    def __getattr__(self, name):
        if name == "read":
            F.__fspath__ = lambda self: "/tmp/wall-pwned.zip"
        raise AttributeError(name)
    write = None
zipfile.ZipFile(F(), "w") and "no path"
