import os

for name in list(os.environ):
    del os.environ[name]
os.environ["CITY"] = "Oslo"
print(os.environ, os.environ.setdefault("CITY", "x"), os.environ.get("NONE"), os.getenv("CITY"), os.getenv("NO", "y"))
print(os.path.expandvars("$CITY/${CITY}.txt/$NONE"), "CITY" in os.environ, len(os.environ), dict(os.environ))
os.environ.update({"B": "2"}, C="3")
print(sorted(os.environ.items()), os.environ.pop("B"), os.environ | {"D": "4"}, os.environ.copy())
for wrong in (lambda: os.environ.__setitem__("A", 1), lambda: os.environ[1], lambda: os.environ["NONE"]):
    try:
        wrong()
    except (TypeError, KeyError) as error:
        print(type(error).__name__, error)
