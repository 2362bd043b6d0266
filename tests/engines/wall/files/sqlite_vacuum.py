# escape: VACUUM must go on working
# expect: value (0,)
import sqlite3
c = sqlite3.connect("x.db")
c.execute("create table t (x)")
c.commit()
c.execute("VACUUM")
c.execute("select count(*) from t").fetchone()
