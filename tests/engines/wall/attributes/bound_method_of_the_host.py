# escape: a host object behind a bound method
# expect: HC101
import sys
escaped = sys.stdout.write.__self__
