# escape: a frame
# expect: HC101
# control: yes
def g():
    yield
escaped = g().gi_frame is not None
