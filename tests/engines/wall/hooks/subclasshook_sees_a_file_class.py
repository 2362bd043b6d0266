# escape: the class of raw files in __subclasshook__
# expect: value False
# control: yes
import abc
got = []
class A(abc.ABC):
    @classmethod
    def __subclasshook__(cls, subclass):
        got.append(subclass)
        return NotImplemented
open("x.txt", "w").close()
isinstance(open("x.txt", "rb", 0), A)
escaped = bool(got) and got[0]("/etc/hostname").read() != b""
escaped
