import datetime
import enum


def first(self):
    return "first " + self.name


def shown(self):
    return "shown " + self.name


Made = enum.Enum("Made", {"A": 1, "B": 2, "__str__": shown, "__format__": lambda self, spec: spec + "!"})
print(str(Made.A), f"{Made.B:x}", list(Made), Made.__members__)
Days = enum.Enum("Days", {"ONE": (2020, 1, 2)}, type=datetime.date)
print(Days.ONE.year, Days.ONE == datetime.date(2020, 1, 2), repr(Days.ONE))


class Base:
    def twice(self):
        return self.value * 2


print(enum.Enum("Mixed", "X Y", type=str).X.value, enum.Enum("Own", {"Z": 4}, type=Base).Z.twice())
