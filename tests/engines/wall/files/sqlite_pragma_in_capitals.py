# escape: the directory of temporary files of the process
# expect: guest DatabaseError
import sqlite3
sqlite3.connect(":memory:").execute("PRAGMA TEMP_STORE_DIRECTORY = '/tmp'")
