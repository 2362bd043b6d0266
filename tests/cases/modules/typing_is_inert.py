from typing import Any, Callable, Optional, Union, Literal, TypedDict, cast, TYPE_CHECKING
if TYPE_CHECKING:
    import not_there
class Movie(TypedDict, total=False):
    title: str
    year: int
def f(x: Optional[int], cb: Callable[[int], str] = str) -> Union[str, None]:
    return cb(cast(int, x))
m: Movie = {"title": "x"}
(f(3), m, Optional[int], Literal["a"], Any is Any)
