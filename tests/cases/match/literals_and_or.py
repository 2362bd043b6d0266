def f(x):
    match x:
        case 0: return "zero"
        case 1 | 2: return "small"
        case "a" | "b": return "letter"
        case None: return "none"
        case True: return "true"
        case -1.5: return "neg"
        case _: return "other"
[f(x) for x in (0, 1, 2, "b", None, True, -1.5, [], False, 0.0)]
