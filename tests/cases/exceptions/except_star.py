def f(group):
    out = []
    try:
        raise group
    except* ValueError as g:
        out.append(("V", [str(e) for e in g.exceptions]))
    except* (KeyError, TypeError) as g:
        out.append(("K", len(g.exceptions)))
    return out
f(ExceptionGroup("many", [ValueError("a"), TypeError("b"), ValueError("c"), KeyError("d")]))
