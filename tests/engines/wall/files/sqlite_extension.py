# escape: a shared library in the process
# expect: HC202
import sqlite3
sqlite3.connect(":memory:").enable_load_extension(True)
