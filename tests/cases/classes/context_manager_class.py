class R:
    def __init__(self, swallow): self.swallow = swallow
    def __enter__(self):
        print("enter")
        return self
    def __exit__(self, kind, value, tb):
        print("exit", kind and kind.__name__, value)
        return self.swallow
with R(True) as r:
    raise ValueError("gone")
with R(False):
    pass
with R(True), R(False) as two:
    print("body")
    1 / 0
print("after", r.swallow)
