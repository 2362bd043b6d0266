# engines: guarded
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait


def square(n):
    if n == 3:
        raise ValueError("three")
    return n * n


with ThreadPoolExecutor(max_workers=2) as pool:
    futures = [pool.submit(square, n) for n in range(5)]
    wait(futures)  # CPython's threads may not have finished yet
    print(list(pool.map(square, [1, 2])), [f.done() for f in futures])
    for future in futures:
        print(repr(future.exception()) if future.exception() else future.result())
    done, pending = wait(futures, return_when=FIRST_COMPLETED)
    print(len(done) >= 1, len(done) + len(pending), sorted(f.result() for f in as_completed(futures[:3])))
    seen = []
    futures[0].add_done_callback(lambda f: seen.append(f.result()))
    print(seen)
made = Future()
made.set_result(5)
print(made.result(timeout=1), made.cancel(), made.cancelled(), made.running())
futures[3].result()
