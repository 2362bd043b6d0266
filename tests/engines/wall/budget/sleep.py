# escape: a sleep past the wall clock
# expect: limit wall_s
import time
time.sleep(3600)
