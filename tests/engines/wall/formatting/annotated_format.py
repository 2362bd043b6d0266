# escape: str.format through typing.Annotated
# expect: HC101
import typing
escaped = typing.Annotated[str, 1].format("{0.__globals__}", lambda: 0)
