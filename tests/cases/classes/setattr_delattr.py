class C: pass
c = C()
setattr(c, "dyn", 4)
before = vars(c).copy()
delattr(c, "dyn")
(before, vars(c))
