class C:
    n = 3
    items = [i for i in range(n)]
    try:
        bad = [n for _ in range(1)]
    except NameError as e:
        message = str(e)
(C.items, C.message)
