space, local = {}, {}
exec(
    """
a = 10
def spam():
    global a
    (a := 20)
    return a
print(spam(), a)
class Holder:
    try:
        seen = b
    except NameError as error:
        seen = str(error)
    global c
    c = 3
b = 1
try:
    (lambda: b)()
except NameError as error:
    print(error)
try:
    print([b for _ in range(2)])
except NameError as error:
    print(error)
print(Holder.seen, [a for _ in range(2)])
global d
d = 4
del d
def reads():
    return c
print(reads())
""",
    space,
    local,
)
print(sorted(key for key in space if key != "__builtins__"), sorted(local), space["a"])


class Body:
    x = 1
    locals()["y"] = 2
    vars()["z"] = x + y
    for name in "pq":
        locals()[f"made_{name}"] = name
    names = sorted(key for key in locals() if not key.startswith("__"))
    seen = dir()


print(Body.y, Body.z, Body.made_p, Body.names, "names" in Body.seen, "locals" in Body.__dict__)


def outer(x):
    class C:
        y = x

        def m(self):
            return x

        z = list(locals())
        locals()

    return C


print([name for name in outer(1).z if not name.startswith("__")])
