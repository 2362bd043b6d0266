# escape: special methods past the class statement by ABCMeta
# expect: guest TypeError
import abc
escaped = abc.ABCMeta("X", (), {"__del__": lambda self: None})
