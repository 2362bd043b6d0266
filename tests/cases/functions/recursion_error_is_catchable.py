def f(n):
    return f(n + 1)

try:
    f(0)
    outcome = "no error"
except RecursionError as e:
    outcome = type(e).__name__
outcome
