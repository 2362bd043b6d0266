pick = lambda a, b=2, *c, d=4, **e: (a, b, c, d, e)
ident = lambda: None
(pick(1), pick(1, 3, 5, d=0, z=9), ident(), (lambda *a: a)(1, 2), (lambda x: (lambda y: x + y))(1)(2))
