class C:
    center = 4
    def replace(self, **new): return new
C().center, C().replace(a=1)
