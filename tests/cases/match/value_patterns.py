class Color:
    RED, GREEN = "r", "g"
def f(x):
    match x:
        case Color.RED: return "red"
        case Color.GREEN: return "green"
        case other: return f"other {other}"
[f(x) for x in "rgb"]
