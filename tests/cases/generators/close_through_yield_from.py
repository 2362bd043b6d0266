def inner():
    try: yield 1
    except GeneratorExit: print('inner'); 
    print('inner after')
def g():
    try:
        v = yield from inner()
        print('v', v)
    except GeneratorExit: print('outer'); raise
    finally: print('fin')
x = g(); next(x); x.close()
