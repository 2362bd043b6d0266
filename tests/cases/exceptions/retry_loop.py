attempts = []
def flaky():
    attempts.append(1)
    if len(attempts) < 3:
        raise ConnectionError("down")
    return "up"
for attempt in range(5):
    try:
        result = flaky()
    except ConnectionError as error:
        last = str(error)
        continue
    break
(result, attempt, last, len(attempts))
