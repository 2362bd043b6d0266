"""What every grown program can use: a notebook of what happens in which order, and objects that speak at every touch.

Invariants: each piece is plain guest code; ``needed`` gives the pieces that a program mentions, in order, and what
those mention.
"""

from __future__ import annotations

import re

PIECES: dict[str, str] = {
    "note": """\
noted = [0]
def note(mark, value=None):
    noted[0] += 1
    if noted[0] > 400:
        raise RuntimeError("enough")
    print(mark, value)
    return value
""",
    "Oops": "class Oops(Exception):\n    pass\n",
    "Worse": "class Worse(Oops):\n    def __init__(self, *args, size=0):\n"
    "        super().__init__(*args)\n        self.size = size\n",
    "Point": """\
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y=0):
        self.x = x
        self.y = y
    def __repr__(self):
        return f"Point({self.x!r}, {self.y!r})"
    def __eq__(self, other):
        return isinstance(other, Point) and (self.x, self.y) == (other.x, other.y)
    __hash__ = None
""",
    "Loud": """\
class Loud:
    def __init__(self, name, size=1):
        self.name = name[:9]
        self.size = size % 1000
    def __repr__(self):
        return f"<{self.name} {self.size}>"
    def __hash__(self):
        return self.size
    def _made(self, sign, other):
        note(sign, self)
        return Loud(self.name + sign, self.size + (other.size if isinstance(other, Loud) else 2))
    def __bool__(self):
        note("bool", self)
        return self.size % 2 == 0
    def __lt__(self, other): return self._made("<", other)
    def __le__(self, other): return self._made("<=", other)
    def __gt__(self, other): return self._made(">", other)
    def __ge__(self, other): return self._made(">=", other)
    def __eq__(self, other): return self._made("==", other)
    def __ne__(self, other): return self._made("!=", other)
    def __add__(self, other): return self._made("+", other)
    def __radd__(self, other): return self._made("r+", other)
    def __iadd__(self, other): return self._made("+=", other)
    def __sub__(self, other): return self._made("-", other)
    def __rsub__(self, other): return self._made("r-", other)
    def __mul__(self, other): return self._made("*", other)
    def __matmul__(self, other): return self._made("@", other)
    def __rmatmul__(self, other): return self._made("r@", other)
    def __imatmul__(self, other): return self._made("@=", other)
    def __pow__(self, other): return self._made("**", other)
    def __rpow__(self, other): return self._made("r**", other)
    def __ipow__(self, other): return self._made("**=", other)
    def __lshift__(self, other): return self._made("<<", other)
    def __rlshift__(self, other): return self._made("r<<", other)
    def __ilshift__(self, other): return self._made("<<=", other)
    def __and__(self, other): return self._made("&", other)
    def __or__(self, other): return self._made("|", other)
    def __neg__(self): return self._made("neg", self)
    def __pos__(self): return self._made("pos", self)
    def __invert__(self): return self._made("inv", self)
    def __contains__(self, item):
        note("in", item)
        return self.size % 3 == 0
    def __getitem__(self, key):
        note("get", (self, key))
        return self.size
    def __setitem__(self, key, value):
        note("set", (self, key, value))
    def __delitem__(self, key):
        note("del", (self, key))
    @property
    def depth(self):
        return note("depth", self.size)
    @depth.setter
    def depth(self, value):
        note("store", value)
        self.size = self.size % 7 + 1
    @depth.deleter
    def depth(self):
        note("drop", self)
    def __iter__(self):
        note("iter", self)
        for turn in range(self.size % 3):
            yield note("turn", turn)
    def __len__(self):
        return note("len", 2)
    def __index__(self):
        return note("index", self.size % 3)
    def __call__(self, *args, **kwargs):
        note("call", (args, kwargs))
        return self
    def __format__(self, spec):
        note("format", spec)
        return f"{self.name}:{spec}"
    def __enter__(self):
        note("enter", self)
        return self
    def __exit__(self, kind, error, trace):
        note("exit", (self, kind and kind.__name__, str(error)))
        return self.size % 2 == 0
    async def __aenter__(self):
        return await Tick(self)
    async def __aexit__(self, kind, error, trace):
        await Tick((self, kind and kind.__name__))
        return self.size % 2 == 0
    async def __aiter__(self):
        for turn in range(self.size % 3):
            yield await Tick(turn)
""",
    "Tick": """\
class Tick:
    def __init__(self, value):
        self.value = value
    def __await__(self):
        note("pause", self.value)
        got = yield self.value
        note("resume", got)
        return self.value
""",
    "few": """\
async def few(left=[3]):
    left[0] -= 1
    if left[0] % 3 == 0:
        raise StopAsyncIteration
    return note("few", left[0] % 3)
""",
    "Called": """\
class Called:
    def __init__(self, function):
        self.function = function
    def __call__(self, *args):
        return self.function(*args)
""",
    "Bound": """\
class Bound(Called):
    def __get__(self, owner, kind=None):
        note("bound", (type(owner).__name__, kind.__name__))
        return self.function
""",
    "run": """\
def run(work):
    try:
        step = work.send(None)
        while True:
            step = work.send(step)
    except StopIteration as done:
        return note("done", done.value)
""",
    "drive": """\
def drive(work, script):
    out = []
    try:
        for way, value in script:
            if way == "send":
                out.append(work.send(value))
            elif way == "throw":
                out.append(work.throw(value))
            elif way == "close":
                out.append(work.close())
            else:
                out.append(next(work, value))
    except StopIteration as stop:
        out.append(("stop", stop.value))
    except (Oops, ValueError, RuntimeError) as error:
        out.append((type(error).__name__, str(error)))
    return out
""",
    "later": """\
def later(label):
    note("decorator", label)
    def apply(thing):
        note("decorates", (label, getattr(thing, "__name__", "?")))
        return thing
    return apply
""",
    "Meta": """\
class Meta(type):
    def __new__(mcls, name, bases, namespace, **options):
        note("class", (name, sorted(k for k in namespace if not k.startswith("__")), options))
        return super().__new__(mcls, name, bases, namespace)
    def __init__(cls, name, bases, namespace, **options):
        super().__init__(name, bases, namespace)
    def __call__(cls, *args, **kwargs):
        note("make", cls.__name__)
        return super().__call__(*args, **kwargs)
    @property
    def label(cls):
        return "label of " + cls.__name__
""",
    "Base": """\
class Base:
    def __init_subclass__(cls, tag=None, **options):
        super().__init_subclass__(**options)
        cls.tag = note("subclass", tag)
    def greet(self, value=1):
        return note("base", value)
""",
    "Slot": """\
class Slot:
    def __set_name__(self, owner, name):
        note("named", (owner.__name__, name))
        self.key = name
    def __get__(self, owner, kind=None):
        if owner is None:
            return self.key
        return note("slot", len(self.key))
    def __set__(self, owner, value):
        note("slotted", value)
""",
    "guard": """\
class guard:
    def __init__(self, *kinds):
        self.kinds = kinds
    def __enter__(self):
        return note("guarded", self.kinds and self.kinds[0].__name__)
    def __exit__(self, kind, error, trace):
        note("left", (kind and kind.__name__, str(error)))
        return kind is not None and issubclass(kind, self.kinds)
""",
}

PRELUDE = "".join(PIECES.values())
_WORD = re.compile(r"[A-Za-z_]\w*")


def needed(body: str) -> str:
    """The pieces that ``body`` mentions, and what those mention."""
    wanted: set[str] = set()
    waiting = [body]
    while waiting:
        for word in sorted(set(_WORD.findall(waiting.pop())) & PIECES.keys() - wanted):
            wanted.add(word)
            waiting.append(PIECES[word])
    return "".join(text for name, text in PIECES.items() if name in wanted)
