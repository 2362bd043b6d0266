import queue

first = queue.Queue(maxsize=2)
first.put("a")
first.put_nowait("b")
print(first.full(), first.qsize(), first.get(), first.get_nowait(), first.empty())
last = queue.LifoQueue()
ranked = queue.PriorityQueue()
for number in (2, 3, 1):
    last.put(number)
    ranked.put((number, str(number)))
print([last.get() for _ in range(3)], [ranked.get() for _ in range(3)])
first.put(1)
first.task_done()
try:
    queue.Queue(maxsize=1).get(block=False)
except queue.Empty as error:
    print(type(error).__name__)
full = queue.Queue(1)
full.put(1)
full.put(2, block=False)
