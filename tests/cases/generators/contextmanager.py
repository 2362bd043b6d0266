from contextlib import contextmanager, suppress, ExitStack, closing
@contextmanager
def tag(name):
    print(f"<{name}>")
    try:
        yield name.upper()
    except KeyError as e:
        print("handled", e)
    finally:
        print(f"</{name}>")
with tag("a") as t, tag("b"):
    print(t)
    raise KeyError("k")
with suppress(ZeroDivisionError):
    1 / 0
with ExitStack() as stack:
    names = [stack.enter_context(tag(n)) for n in "xy"]
names
