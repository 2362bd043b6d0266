# escape: all classes by a method name in text
# expect: HC101
# control: yes
import operator
escaped = bool(operator.methodcaller("__subclasses__")(object))
