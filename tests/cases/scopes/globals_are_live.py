names = globals()
names["made"] = 5
print(made, "made" in names, names.get("nothing", 3), names is globals())
made += 1
print(names["made"], globals().pop("made"), "made" in globals())
for suffix in "AB":
    globals()[f"number_{suffix}"] = suffix
print(number_A, number_B)


def inner():
    globals()["late"] = 1
    globals().update(later=2)
    return late + later


print(inner(), sorted(name for name in globals() if name.startswith("la")))
del globals()["late"]
try:
    late
except NameError as error:
    print(error)
try:
    globals()["late"]
except KeyError as error:
    print(error)
print(isinstance(names, dict), type(names), {**names}["later"], dict(names)["later"], "%(later)d" % names)
print("{later}".format(**globals()), "{later}".format_map(globals()), eval("later", globals()), len(names) == len(globals()))
names |= {"more": 9}
print(more, names.setdefault("more", 1), names.setdefault("most", 10), most)
