# escape: a wait that no deadline ends in process
# expect: limit wall_s
import concurrent.futures
concurrent.futures.wait([concurrent.futures.Future()], timeout=10_000)
