# escape: string.Formatter in a subclass
# expect: HC101
import string
class F(string.Formatter):
    def get_field(self, name, args, kwargs):
        return super().get_field("0.__globals__", args, kwargs)
escaped = F().format("{0}", lambda: 0)
