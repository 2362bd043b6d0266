# escape: a frame by an attribute name in text
# expect: HC101
# control: yes
import operator
def g():
    yield
escaped = operator.attrgetter("gi_frame.f_globals")(g()) is not None
