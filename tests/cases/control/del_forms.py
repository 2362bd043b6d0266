a = b = 1
l = [0, 1, 2, 3, 4, 5]
d = {"x": 1, "y": 2}
class O: pass
o = O(); o.z = 1
del a, l[1:3], d["x"], o.z
del (l[0]), [b]
(l, d, hasattr(o, "z"), "a" in dir(), "b" in dir())
