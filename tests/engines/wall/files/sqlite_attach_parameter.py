# escape: a database outside the cell by a parameter
# expect: guest DatabaseError
# control: yes
import os, sqlite3
c = sqlite3.connect(":memory:")
c.execute("ATTACH ? AS x", ("/tmp/wall-pwned.db",))
c.execute("create table x.t (a)")
escaped = os.path.exists("/tmp/wall-pwned.db")
os.remove("/tmp/wall-pwned.db")
