# escape: code that the garbage collector runs
# expect: HC106
# control: yes
escaped = False
class A:
    def __del__(self):
        global escaped
        escaped = True
A()
