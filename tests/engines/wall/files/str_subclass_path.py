# escape: a str subclass that lies
# expect: HC401
class P(str):
    def __str__(self):
        return "ok.txt"
    def startswith(self, *args):
        return False
    def split(self, *args):
        return ["cell", "ok.txt"]
escaped = open(P("/etc/passwd")).read()
