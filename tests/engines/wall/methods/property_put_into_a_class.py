# escape: a private attribute of a library base, read by a property of another class
# expect: guest TypeError
# control: yes
import calendar, inspect
class Mine(calendar.Calendar):
    stolen = inspect.Parameter.name
    _name = "private"
escaped = Mine().stolen == "private"
