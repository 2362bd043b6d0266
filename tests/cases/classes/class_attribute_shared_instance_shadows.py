class C:
    items = []
    count = 0
    def add(self, x):
        self.items.append(x)
        self.count += 1
a, b = C(), C()
a.add(1); b.add(2); b.add(3)
(a.items, C.count, a.count, b.count, a.__dict__)
