import sys
sys.stdout.write("via sys\n")
print("err", file=sys.stderr)
(sys.maxsize, sys.version_info >= (3, 11), sys.byteorder, sys.float_info.max > 1e300, sys.getrecursionlimit() > 100)
