import sqlite3
db = sqlite3.connect(":memory:")
db.execute("create table t (k text primary key, v int)")
with db:
    db.executemany("insert into t values (?, ?)", [("a", 1), ("b", 2)])
try:
    db.execute("insert into t values ('a', 3)")
except sqlite3.IntegrityError as e:
    message = str(e)
(db.execute("select sum(v) from t").fetchone(), [tuple(r) for r in db.execute("select * from t order by k desc")], message)
