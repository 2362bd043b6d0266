out = []
for f in (lambda: {}["k"], lambda: [][1], lambda: undefined, lambda: None.x, lambda: int("q"), lambda: 1 + "a", lambda: 1 / 0, lambda: next(iter([])), lambda: open("missing.txt")):
    try:
        f()
    except (KeyError, IndexError) as e:
        out.append(("lookup", type(e).__name__, str(e)))
    except NameError as e:
        out.append(("name", str(e)))
    except AttributeError as e:
        out.append(("attr", str(e)))
    except (ValueError, TypeError) as e:
        out.append((type(e).__name__, str(e)))
    except ArithmeticError as e:
        out.append(("arith", str(e)))
    except OSError as e:
        out.append((type(e).__name__, e.errno, str(e)))
    except Exception as e:
        out.append(("other", type(e).__name__))
out
