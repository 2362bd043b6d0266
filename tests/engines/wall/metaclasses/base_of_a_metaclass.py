# escape: the class that stands behind `type` in a guest's metaclass, by its base
# expect: value True
class Meta(type):
    pass


Meta.__base__ is type
