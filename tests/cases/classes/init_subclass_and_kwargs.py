class Plugin:
    registry = {}
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        Plugin.registry[tag] = cls.__name__
class A(Plugin, tag="a"): pass
class B(Plugin, tag="b"): pass
Plugin.registry
