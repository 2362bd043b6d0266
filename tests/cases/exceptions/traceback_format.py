import traceback
def f():
    raise ValueError("deep")
try:
    f()
except ValueError as e:
    last = traceback.format_exception_only(type(e), e)
last
