try:
    raise SystemExit(3)
except SystemExit as e:
    r = e.code
r
