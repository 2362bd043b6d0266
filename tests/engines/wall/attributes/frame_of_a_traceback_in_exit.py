# escape: a frame handed to __exit__
# expect: HC101
class Catch:
    def __exit__(self, kind, error, tb):
        self.tb = tb
        return True
    def __enter__(self):
        return self
with Catch() as c:
    1 / 0
escaped = getattr(c.tb, "tb_frame")
