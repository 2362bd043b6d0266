# escape: an object that lies about its class
# expect: HC106
# control: yes
class Liar:
    __class__ = str
escaped = isinstance(Liar(), str)
