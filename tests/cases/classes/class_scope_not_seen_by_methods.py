n = "module"
class C:
    n = "class"
    def get(self): return n
C().get()
