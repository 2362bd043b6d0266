# escape: the guard of a connection
# expect: HC202
import sqlite3
sqlite3.connect(":memory:").set_authorizer(None)
