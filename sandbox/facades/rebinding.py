"""Library functions with some of their module's names replaced, for one engine; the library itself stays as it is."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from typing import Any


def rebound(module: types.ModuleType, functions: Iterable[str], replaced: Mapping[str, object]) -> dict[str, Any]:
    """Copies of ``functions`` that see each other, and ``replaced``, instead of the module's own."""
    space = dict(vars(module))
    space.update(replaced)
    for name in functions:
        real = getattr(module, name)
        copy = types.FunctionType(real.__code__, space, name, real.__defaults__, real.__closure__)
        copy.__kwdefaults__ = real.__kwdefaults__
        copy.__doc__ = real.__doc__
        space[name] = copy
    return space
