# escape: an attribute by __match_args__
# expect: HC101
class A:
    __match_args__ = ("__dict__", "__class__", "__reduce_ex__")
match A():
    case A(a, b, c):
        escaped = c
