def register(cls):
    cls.tag = cls.__name__.lower()
    return cls
@register
class Widget:
    pass
(Widget.tag, Widget().tag)
