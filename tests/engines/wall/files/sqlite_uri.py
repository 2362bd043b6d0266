# escape: a database outside the cell by a URI
# expect: HC402
import sqlite3
sqlite3.connect("file:/tmp/wall-pwned.db", uri=True)
