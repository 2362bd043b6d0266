# escape: a wait for ever, which no deadline ends in process
# expect: guest RuntimeError
import concurrent.futures
list(concurrent.futures.as_completed([concurrent.futures.Future()]))
