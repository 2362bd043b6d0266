def ev(e):
    match e:
        case int() | float(): return e
        case ("+", l, r): return ev(l) + ev(r)
        case ("*", l, r): return ev(l) * ev(r)
        case {"neg": inner}: return -ev(inner)
        case _: raise ValueError(f"bad {e!r}")
(ev(("+", 1, ("*", 2, {"neg": 3}))), [ev(x) for x in (1, 2.5)])
