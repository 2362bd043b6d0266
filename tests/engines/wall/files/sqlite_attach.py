# escape: a database outside the cell
# expect: guest DatabaseError
import sqlite3
sqlite3.connect(":memory:").execute("ATTACH '/tmp/wall-pwned.db' AS x")
