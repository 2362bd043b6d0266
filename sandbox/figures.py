"""Figures of matplotlib: pictures beside the guest's files, where the host finds them as artifacts of the run.

Invariants: never imports matplotlib; a live figure goes nowhere; only the very class ``Figure`` counts as one.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Any

from .values.instances import is_kind_of

FOLDER = ".figures"
_NAME = "figure-{}.png"


def is_figure(value: object) -> bool:
    """Whether it is a figure."""
    module = sys.modules.get("matplotlib.figure")
    return module is not None and type(value) is getattr(module, "Figure", None)


def keep(cell: str, figure: Any) -> str:
    """Draw a figure into the cell whose directory is ``cell``; gives the name of the file there.

    Raises:
        OSError: there is no room.
    """
    stream = io.BytesIO()
    type(figure).savefig(figure, stream, format="png")
    folder = os.path.join(cell, FOLDER)
    os.makedirs(folder, exist_ok=True)
    there = {entry.name for entry in os.scandir(folder)}
    number = next(number for number in range(1, len(there) + 2) if _NAME.format(number) not in there)
    name = _NAME.format(number)
    with open(os.path.join(folder, name), "xb") as file:
        file.write(stream.getvalue())
    return f"{FOLDER}/{name}"


def described(cell: str, figure: Any, shown: str) -> dict[str, str]:
    """What stands for a figure that is a cell's value: which artifact it became. ``shown`` is its repr."""
    try:
        reason = f"a figure does not travel; it is the artifact {keep(cell, figure)}"
    except Exception as error:
        reason = f"a figure does not travel, and drawing it raised {type(error).__name__}"
    return {"$": "opaque", "t": "Figure", "r": shown, "p": "value", "w": reason}


def shower(pyplot: Any, cell: str) -> Callable[..., None]:
    """``pyplot.show`` for a cell: the open figures become artifacts and are closed, as their windows would be."""

    def show(*args: Any, **kwargs: Any) -> None:
        for number in pyplot.get_fignums():
            keep(cell, pyplot.figure(number))
            pyplot.close(number)

    return show


def is_ours(pyplot: Any) -> bool:
    """Whether ``pyplot.show`` has been replaced already, or pyplot is still being imported."""
    show = vars(pyplot).get("show")
    return show is None or getattr(show, "__module__", "") == __name__ or not is_kind_of(type(show), type(keep))
