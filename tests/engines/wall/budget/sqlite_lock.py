# escape: a wait that no deadline ends in process
# expect: guest OperationalError
import sqlite3
one = sqlite3.connect("x.db", timeout=10_000)
other = sqlite3.connect("x.db", 10_000)
one.execute("create table t (x)")
one.execute("begin exclusive")
other.execute("insert into t values (1)")
