# escape: another code object for a function
# expect: guest AttributeError
# control: yes
def f():
    return 1
f.__code__ = f.__code__.replace(co_name="g")
escaped = f.__code__.co_name == "g"
