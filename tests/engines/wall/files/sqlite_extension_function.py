# escape: a shared library in the process
# expect: guest OperationalError
import sqlite3
sqlite3.connect(":memory:").execute("select load_extension('/tmp/x.so')")
