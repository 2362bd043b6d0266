class Traced:
    def __init__(self, name):
        self.name = name

    def __mul__(self, other):
        return Traced(f"({self.name}*{other.name})")

    def __mod__(self, other):
        return Traced(f"({self.name}%{other.name})")

    def __lshift__(self, other):
        return Traced(f"({self.name}<<{other.name})")

    def __pow__(self, other):
        return Traced(f"({self.name}**{other.name})")

    def __getitem__(self, index):
        return Traced(f"{self.name}[{index.name}]")

    def twice(self):
        return self * self


def build(a, b, c, d):
    both = (a * b) * (c * d)
    shifted = (a % b) << (c % d)
    power = a[b * c] ** (b[c].twice() * d.twice())
    held = [a, b]
    held[0] *= b * c
    held[1] %= (c * d) << a
    a *= (b ** c).twice() % d
    return [each.name for each in (both, shifted, power, *held, a, (a * b).twice() * (c.twice() % d.twice()))]


build(*map(Traced, "abcd"))
