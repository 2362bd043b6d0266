log = []
def run(fail):
    try:
        log.append("try")
        if fail:
            raise KeyError("k")
    except KeyError:
        log.append("except")
    else:
        log.append("else")
    finally:
        log.append("finally")
run(False); run(True)
log
