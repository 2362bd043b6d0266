def g():
    try: yield 1
    except GeneratorExit: pass
    print('after')
x = g(); next(x); x.close()
