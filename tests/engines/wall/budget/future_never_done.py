# escape: a wait for ever, which no deadline ends in process
# expect: guest RuntimeError
import concurrent.futures
concurrent.futures.Future().result()
