# escape: a database outside the cell
# expect: guest DatabaseError
import sqlite3
sqlite3.connect(":memory:").execute("VACUUM INTO '/tmp/wall-pwned.db'")
