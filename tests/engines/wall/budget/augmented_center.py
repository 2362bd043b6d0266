# escape: a big text whose price nobody asks for
# expect: guest MemoryError
# expect: limit ops
class Text(str):
    pass
class Keeper:
    def __radd__(self, other):
        self.got = other
        return 5
keeper, text = Keeper(), Text("a")
text.center += keeper
while True:
    keeper.got(200_000_000)
