from functools import lru_cache, cache
@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
calls = []
@cache
def once(x):
    calls.append(x)
    return x * 2
once(1); once(1); once(2)
(fib(60), calls, fib.cache_info())
