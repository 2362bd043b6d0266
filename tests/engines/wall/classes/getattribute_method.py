# escape: a hook on every load
# expect: HC106
# control: yes
class A:
    def __getattribute__(self, name):
        return name
escaped = A().anything == "anything"
