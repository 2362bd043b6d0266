# escape: a wait for ever, which no deadline ends in process
# expect: value True
import queue
lock = queue.Queue().mutex
lock.acquire()
lock.acquire()
