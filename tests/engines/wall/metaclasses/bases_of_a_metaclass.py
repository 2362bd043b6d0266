# escape: the class that stands behind `type` in a guest's metaclass, by its bases
# expect: value True
class Meta(type):
    pass


Meta.__bases__ == (type,) and Meta.__bases__[0] is type
