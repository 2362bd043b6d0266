import io
import traceback


def inner():
    raise KeyError("a")


def outer():
    try:
        inner()
    except KeyError as error:
        error.add_note("a note")
        raise ValueError("b") from error


try:
    outer()
except ValueError as error:
    told = traceback.TracebackException.from_exception(error)
    print("".join(told.format()) == traceback.format_exc(), str(told), list(told.format_exception_only()))
    print("".join(told.format(chain=False)).count("Error"), [(frame.name, frame.line) for frame in told.stack])
    same = traceback.TracebackException(type(error), error, error.__traceback__)
    print(told == same, told.exc_type is ValueError, len(list(traceback.TracebackException.from_exception(error, limit=1).stack)))
    stream = io.StringIO()
    told.print(file=stream)
    print(stream.getvalue() == traceback.format_exc())
