"""Generic syntax of Python 3.12 and newer (PEP 695, PEP 696): type parameters and ``type`` statements."""

from __future__ import annotations

from .grower import Grower, statement


def parameters_of_types(g: Grower, likely: float = 0.12) -> str:
    """A list of type parameters, or nothing."""
    if g.python < (3, 12) or not g.maybe(likely):
        return ""
    texts = [g.pick(("T", "T: int", "T: (int, str)", "T: note('bound', int)"))]
    default = g.python >= (3, 13) and g.maybe(0.3)
    if default:
        texts[0] += " = int"
    if g.maybe(0.4):
        texts.append("*Ts" + " = *tuple[int, ...]" * default)
    if g.maybe(0.4) and not (default and len(texts) > 1):  # no default may follow a TypeVarTuple
        texts.append("**P" + " = [int]" * default)
    return f"[{', '.join(texts)}]"


@statement(2)
def alias(g: Grower) -> None:
    if g.python < (3, 12):
        return
    name = g.fresh("Alias")
    way = g.below(3)
    if way == 0:
        g.emit(f"type {name} = list[int] | {g.pick(('None', 'str', name))}")
        g.emit(f"note({g.fresh('')!r}, ({name}, {name}.__value__ if {g.expression('test')} else {name}.__name__))")
        return
    parameters = parameters_of_types(g, 1.0)
    g.emit(f"type {name}{parameters} = dict[str, T]")
    g.emit(f"note({g.fresh('')!r}, ({name}, len({name}.__type_params__), {name}[int]))")


@statement(2)
def generic_class(g: Grower) -> None:
    if g.python < (3, 12):
        return
    name = g.fresh("Box")
    with g.indented(f"class {name}{parameters_of_types(g, 1.0)}:"):
        g.emit("def put(self, item: T) -> T:")
        g.emit(f"    return note({g.fresh('')!r}, item)")
        if g.maybe(0.5):
            g.emit("def other[U](self, item: U) -> tuple[T, U]:")
            g.emit(f"    return note({g.fresh('')!r}, (item, [each.__name__ for each in {name}.__type_params__]))")
    g.emit(f"note({g.fresh('')!r}, ({name}().put({g.expression('int')}), {name}.put.__annotations__))")
