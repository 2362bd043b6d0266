# escape: the weak reference slot
# expect: HC101
# control: yes
class A:
    pass
escaped = A().__weakref__ is None
