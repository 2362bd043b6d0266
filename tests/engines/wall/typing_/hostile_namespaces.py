# escape: code in a forward reference with namespaces of the guest's own
# expect: guest TypeError
import typing
def f(x: "a()"):
    pass
typing.get_type_hints(f, {"a": lambda: print("pwned")})
