import csv
import reprlib
import sqlite3

csv.register_dialect("pipe", delimiter="|", quotechar="'")
print(list(csv.reader(["a|'b|c'"], "pipe")), csv.list_dialects(), csv.field_size_limit())
print(list(csv.DictReader(["k|v", "1|2"], dialect="pipe")), csv.field_size_limit(50))
csv.unregister_dialect("pipe")
try:
    csv.get_dialect("pipe")
except csv.Error as error:
    print(error)


class Point:
    def __init__(self, x):
        self.x = x


sqlite3.register_adapter(Point, lambda point: f"{point.x}")
sqlite3.register_converter("point", lambda data: Point(int(data)))
base = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
base.execute("create table places (p point)")
base.execute("insert into places values (?)", (Point(7),))
print(base.execute("select p from places").fetchone()[0].x, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CONSTRAINT_UNIQUE)
reprlib.aRepr.maxlist = 2
print(reprlib.repr([1, 2, 3]), reprlib.Repr().repr([1, 2, 3]))
