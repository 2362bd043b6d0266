import traceback


class Point:
    x = 1


def look(subject):
    match subject:
        case Point(x=2):
            return "two"
        case Point.y if False:
            return "never"


try:
    look(3)
except AttributeError:
    print(traceback.format_exc())
try:
    match Point():
        case Point(x=Point.z):
            pass
except AttributeError:
    print(traceback.format_exc())
