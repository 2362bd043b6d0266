# escape: a refusal swallowed by __exit__
# expect: HC101
class Quiet:
    def __enter__(self):
        return self
    def __exit__(self, *exc):
        return True
with Quiet():
    getattr(int, "__subclasses__")
escaped = "went on"
