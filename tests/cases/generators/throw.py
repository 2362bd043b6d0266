def gen():
    while True:
        try:
            yield "ready"
        except ValueError as e:
            yield f"caught {e}"
g = gen()
next(g)
(g.throw(ValueError("v")), next(g))
