# escape: an attribute in a class pattern
# expect: HC101
# control: yes
def f():
    pass
match f:
    case object(__globals__=g):
        escaped = bool(g)
