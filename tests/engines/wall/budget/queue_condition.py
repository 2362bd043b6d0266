# escape: a wait for ever, which no deadline ends in process
# expect: guest RuntimeError
import queue
with queue.Queue().not_empty as held:
    pass
queue.Queue().not_empty.wait()
