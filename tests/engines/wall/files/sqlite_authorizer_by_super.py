# escape: the guard of a connection by super()
# expect: HC202
import sqlite3
c = sqlite3.connect(":memory:")
super(sqlite3.Connection, c).set_authorizer(None)
