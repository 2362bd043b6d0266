import traceback


def inner():
    raise ExceptionGroup("in", [OSError("os"), ValueError("deep")])


def outer():
    try:
        inner()
    except* OSError:
        pass


def again():
    try:
        raise ExceptionGroup("first", [KeyError(1), TypeError(2)])
    except* KeyError:
        1 // 0


def shown(function):
    try:
        function()
    except Exception as error:
        lines = traceback.format_exception(error)
        source = ("raise ", "function()", "inner()", "^", "~")  # shown where the text of the cell is known
        return [line for line in "".join(lines).splitlines() if not any(each in line for each in source)]


def nested():
    members = [ExceptionGroup("g", [ValueError(n) for n in range(17)]), TypeError("last")]
    raise ExceptionGroup("whole", members) from RuntimeError("cause")


print("\n".join(shown(nested)))
[len(shown(each)) for each in (inner, nested)], [shown(each)[-3:] for each in (inner, outer, nested)]
