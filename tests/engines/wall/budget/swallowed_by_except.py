# escape: a limit swallowed
# expect: limit ops
while True:
    try:
        while True:
            pass
    except BaseException:
        continue
