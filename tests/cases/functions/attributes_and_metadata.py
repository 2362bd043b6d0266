def f(a: int, b: str = "x") -> bool:
    """What f does."""
    return True

f.calls = 3
(f.__name__, f.__doc__, f.calls, f.__qualname__, sorted(f.__annotations__), hasattr(f, "nothing"))
