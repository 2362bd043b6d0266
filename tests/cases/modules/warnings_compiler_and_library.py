import contextlib, io, warnings


def told(text, **kw):
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        try:
            exec(text, kw)
        except SyntaxError as e:
            print("syntax", e, e.args)
    print([(w.category.__name__, str(w.message), w.filename, w.lineno) for w in log])


for line in (
    "a is 's'",
    "a is (1, 2)",
    "f = lambda: 1(2)",
    "assert (a, 'x')",
    "f=lambda: 'x'[a, 1]",
    "f=lambda:(1)[0]",
    "f=lambda:[1]['a']",
    "f=lambda:{1: 2}(1)",
    "f=lambda:(lambda: 1)[0]",
    "f=lambda:f'{a}'(1)",
    "a is -1",
    "a is ...",
    "a is None is True",
    "1.0 is not a",
    "f=lambda:[1,2][a]",
    "f=lambda:'ab'[1]",
    "f=lambda:'ab'['a']",
    "'\\d'",
    "b'\\d'",
    "f'\\d'",
    "1if a else 2",
    "0xfor x in ()",
):
    told(line, a=3)
warnings.simplefilter("error")
for line in ("a is 's'", "\n\n'\\d'", "assert (1, 2)", "f=lambda: 1(2)"):
    try:
        exec(line)
    except Exception as e:
        print(type(e).__name__, e, e.args, e.__context__)
warnings.resetwarnings()
err = io.StringIO()
with contextlib.redirect_stderr(err):
    exec("'x' is a\n'x' is a", {"a": 1})
    exec("'x' is a\n", {"a": 1})
    warnings.simplefilter("once")
    exec("'x' is a\n'x' is a", {"a": 1})
    exec("'x' is a\n", {"a": 1})
    warnings.simplefilter("module")
    exec("'x' is a\n'x' is a", {"a": 1})
    for action in "default", "module", "once", "ignore", "always":
        warnings.simplefilter(action)
        warnings.warn(action)
        warnings.warn(action)
        for i in range(2):
            warnings.warn(action)
        with warnings.catch_warnings():
            warnings.warn(action)
        for i in range(2):
            warnings.warn(action)
print(err.getvalue())
import datetime, enum, re


def g():
    yield 1
    yield 2


async def co():
    pass


with warnings.catch_warnings(record=True) as log:
    warnings.simplefilter("always")
    co()
    c = co()
    del c
    datetime.datetime.utcnow()
    it = g()
    next(it)
    try:
        it.throw(ValueError, ValueError(1), None)
    except ValueError:
        pass

    def caller():
        warnings.warn("caller", stacklevel=2)
        warnings.warn("beyond", stacklevel=99)
        warnings.warn("here", stacklevel=0)
        warnings.warn("here", stacklevel=-1)

    caller()
    b = bool(1)
    ~b
for w in log:
    print(w)
