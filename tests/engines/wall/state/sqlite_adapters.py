# escape: the adapters and converters of the process
# expect: value 7
import datetime
import sqlite3

sqlite3.register_adapter(datetime.date, lambda day: "forged")
sqlite3.register_adapter(int, lambda number: 7)
sqlite3.register_converter("date", lambda data: "forged")
sqlite3.connect(":memory:").execute("select ?", (True,)).fetchone()[0] and 7
