# escape: a refusal swallowed by a future
# expect: HC101
from concurrent.futures import ThreadPoolExecutor
future = ThreadPoolExecutor().submit(lambda: getattr(int, "__subclasses__"))
escaped = "went on"
