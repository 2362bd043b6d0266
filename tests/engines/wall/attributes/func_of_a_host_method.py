# escape: a host function
# expect: HC101
import sys
escaped = sys.stdout.write.__func__
