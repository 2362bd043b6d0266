# escape: a function of the real os module through typing
# expect: guest TypeError
import pathlib, typing
class W:
    pass
typing.Annotated[pathlib.Path, 1].stat(W())
