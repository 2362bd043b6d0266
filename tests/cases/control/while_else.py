n, log = 3, []
while n:
    n -= 1
    log.append(n)
else:
    log.append("else")
while True:
    break
else:
    log.append("never")
log
