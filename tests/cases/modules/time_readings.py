import time
a = time.perf_counter()
time.sleep(0.001)
b = time.perf_counter()
(b > a, time.strftime("%Y", time.gmtime(0)), time.time() > 1.6e9, isinstance(time.monotonic(), float))
