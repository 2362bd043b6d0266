# escape: a path that is another one the second time
# expect: value ''
open("ok.txt", "w").close()
class P:
    count = 0
    def __fspath__(self):
        P.count += 1
        return "ok.txt" if P.count == 1 else "/etc/passwd"
escaped = open(P()).read()
escaped
