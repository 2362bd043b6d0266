# escape: the refusal that ends the run as the cause of another exception
# expect: HC101
class D:
    def __set_name__(self, owner, name):
        getattr(owner, "__subclasses__")
try:
    class A:
        d = D()
except RuntimeError as e:
    e.__cause__.__init__(None, "forged")
