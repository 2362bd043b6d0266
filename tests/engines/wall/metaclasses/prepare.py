# escape: a namespace of the guest's own
# expect: HC106
# control: yes
class M(type):
    @classmethod
    def __prepare__(meta, name, bases):
        return {"escaped": True}
class X(metaclass=M):
    pass
escaped = X.escaped
