d = {"b": 1, "a": 2}
d["c"] = 3
d["b"] = 9
p = d.pop("a")
d.setdefault("z", []).append(1)
(list(d), d, p, d.get("q", "no"), d | {"k": 0}, dict(zip("xy", [1, 2])), dict([("m", 1)], n=2), list(reversed(d)), d.keys() & {"b", "q"})
