# escape: str.format by super() in a str subclass
# expect: HC101
class S(str):
    def leak(self, *args):
        return super().format(*args)
escaped = S("{0.__globals__}").leak(lambda: 0)
