def g():
    try:
        a = yield from [1,2,3]
        b = yield 5
    except ValueError as e:
        print('VE', e, e.__context__); yield 'v'
x = g()
(next(x), next(x), x.throw(ValueError('z')), next(x, 'end'))
