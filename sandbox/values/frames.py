"""Which encoder stands for which class of pandas and PIL.

Invariants: never imports them: their classes exist only where somebody else did; classes are told apart by identity,
so a subclass is not one of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import images, labels, stamps, tables

if TYPE_CHECKING:
    from .encode import Encoder

_Encode = Callable[["Encoder", Any, int], Any]
_BY_NAME: dict[str, _Encode] = {
    "DataFrame": tables.encode_frame,
    "Series": tables.encode_series,
    "Index": labels.encode_index,
    "DatetimeIndex": labels.encode_index,
    "TimedeltaIndex": labels.encode_index,
    "PeriodIndex": labels.encode_index,
    "CategoricalIndex": labels.encode_index,
    "IntervalIndex": labels.encode_index,
    "RangeIndex": labels.encode_range,
    "MultiIndex": labels.encode_levels,
    "Categorical": tables.encode_array,
}
_SCALARS: dict[str, _Encode] = {
    "Timestamp": stamps.encode_stamp,
    "Timedelta": stamps.encode_span,
    "Period": stamps.encode_period,
    "Interval": stamps.encode_interval,
}
_SINGLE = frozenset({*_SCALARS.values(), stamps.encode_missing})
_ARRAYS = (
    "DatetimeArray TimedeltaArray IntegerArray FloatingArray BooleanArray StringArray ArrowStringArray PeriodArray "
    "IntervalArray"
).split()


class _Known:
    """The classes of one imported pandas."""

    def __init__(self) -> None:
        self.pandas: Any = None
        self.encoders: dict[int, _Encode] = {}

    def of(self, pandas: Any) -> dict[int, _Encode]:
        """Encoders by identity of the class."""
        if pandas is not self.pandas:
            found = {id(getattr(pandas, name, None)): encode for name, encode in (_BY_NAME | _SCALARS).items()}
            kinds = getattr(pandas, "arrays", None)
            found |= {id(getattr(kinds, name, None)): tables.encode_array for name in _ARRAYS}
            for missing in ("NaT", "NA"):
                found[id(type(getattr(pandas, missing, None)))] = stamps.encode_missing
            found.pop(id(None), None)
            found.pop(id(type(None)), None)
            self.encoders = found
            # A package that is still being imported is asked again.
            self.pandas = pandas if len(found) == len(_BY_NAME) + len(_SCALARS) + len(_ARRAYS) + 2 else None
        return self.encoders


_known = _Known()


def encoder_of(kind: type) -> _Encode | None:
    """The encoder of a class of pandas or PIL, None for any other."""
    pandas = sys.modules.get("pandas")
    found = None if pandas is None else _known.of(pandas).get(id(kind))
    return images.encode_image if found is None and images.is_image(kind) else found


def is_single(encode: _Encode) -> bool:
    """Whether it is for single values, which are not shared."""
    return encode in _SINGLE
