# escape: registering the guest's own class must go on working
# expect: value True
import collections.abc
class Mine:
    pass
collections.abc.Sized.register(Mine)
isinstance(Mine(), collections.abc.Sized)
