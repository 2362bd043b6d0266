# escape: a database outside the cell
# expect: HC401
# control: yes
import os, sqlite3
sqlite3.connect("/tmp/wall-pwned.db").execute("create table t (x)")
escaped = os.path.exists("/tmp/wall-pwned.db")
os.remove("/tmp/wall-pwned.db")
