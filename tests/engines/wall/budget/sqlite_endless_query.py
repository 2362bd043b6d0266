# escape: a query without end, which no deadline ends in process
# expect: limit wall_s
import sqlite3
endless = "with recursive c(x) as (values(1) union all select x + 1 from c) select count(*) from c"
connection = sqlite3.connect(":memory:")
connection.set_progress_handler(None, 1)
connection.execute(endless)
