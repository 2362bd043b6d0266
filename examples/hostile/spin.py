# Never gives the processor back, and swallows what would stop it.
while True:
    try:
        while True:
            pass
    except BaseException:
        continue
