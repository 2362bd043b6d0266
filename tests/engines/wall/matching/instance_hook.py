# escape: a frame in a class pattern by a metaclass
# expect: HC101
class M(type):
    def __instancecheck__(cls, instance):
        return True
class Any(metaclass=M):
    __match_args__ = ("gi_frame",)
def g():
    yield
match g():
    case Any(frame):
        escaped = frame
