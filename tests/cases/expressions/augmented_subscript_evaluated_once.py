calls = []
def index():
    calls.append("i")
    return 0
l = [10]
l[index()] += 5
class Box:
    v = 1
box = Box()
def get():
    calls.append("g")
    return box
get().v *= 7
(l, box.v, calls)
