import functools
def timed(f):
    @functools.wraps(f)
    def inner(*a, **k):
        """inner"""
        return f(*a, **k)
    return inner
@timed
def work(x):
    """does work"""
    return x
(work.__name__, work.__doc__, work(3), work.__wrapped__(4))
