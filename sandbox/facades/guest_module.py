"""What library code takes for the guest's module, where it asks a module for names or looks one up in ``sys.modules``.

Invariants: never handed to guest code; reads the guest's own names only.
"""

from __future__ import annotations

from typing import Any


class GuestModule:
    # Its docstring is the guest's.
    __slots__ = ("_namespace",)

    def __init__(self, namespace: dict[str, object]) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Any:
        if name in self._namespace:
            return self._namespace[name]
        raise AttributeError(f"module '__main__' has no attribute {name!r}")

    @property
    def __dict__(self) -> dict[str, object]:  # type: ignore[override]
        return dict(self._namespace)

    @property
    def __doc__(self) -> Any:  # type: ignore[override]
        return self._namespace.get("__doc__")
