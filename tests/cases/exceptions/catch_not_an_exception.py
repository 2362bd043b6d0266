try:
    1 / 0
except "text":
    pass
