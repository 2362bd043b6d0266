# escape: text that is another one the second time
# expect: HC101
class Text(str):
    def splitlines(self, *args):
        return []
    def lstrip(self, *args):
        return "1"
escaped = eval(Text("(lambda: 0).__globals__"))
