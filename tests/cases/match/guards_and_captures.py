def f(x):
    match x:
        case (a, b) if a == b: return "equal"
        case (a, b) if (s := a + b) > 10: return ("big", s)
        case [("go" | "move") as verb, direction]: return (verb, direction)
        case (a, b): return "pair"
[f(x) for x in ((1, 1), (6, 7), (1, 2), [3, 4], "ab", None)]
