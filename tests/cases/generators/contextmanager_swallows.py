import contextlib
@contextlib.contextmanager
def cm():
    try: yield 'a'
    except ValueError: print('swallowed')
with cm() as v: raise ValueError
print(v)
