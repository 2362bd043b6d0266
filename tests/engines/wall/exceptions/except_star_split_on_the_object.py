# escape: memory is read where CPython takes any object for a tuple, and the worker crashes
# expect: HC106
group = ExceptionGroup("g", [ValueError(1)])
group.split = lambda kinds: 1
try:
    raise group
except* ValueError:
    pass
