# escape: a refusal swallowed by a callback of sqlite
# expect: HC101
import sqlite3
c = sqlite3.connect(":memory:")
c.create_function("f", 0, lambda: getattr(int, "__subclasses__"))
try:
    c.execute("select f()")
except sqlite3.Error:
    pass
escaped = "went on"
