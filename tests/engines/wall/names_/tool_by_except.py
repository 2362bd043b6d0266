# escape: a forged tool
# expect: HC104
try:
    1 / 0
except ZeroDivisionError as search:
    pass
