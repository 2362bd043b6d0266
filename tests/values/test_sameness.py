"""The comparison that round trips are judged by."""

from __future__ import annotations

from tests.values.same import same


class _Keeper:
    """Equal to its like; every comparison keeps a new list, so that ids of freed lists go round."""

    def __init__(self) -> None:
        self.kept: list[list[object]] = []

    def __eq__(self, other: object) -> bool:
        self.kept.append([])
        return isinstance(other, _Keeper)

    __hash__ = None  # type: ignore[assignment]


def test_what_was_compared_before_is_no_other_value_with_its_id() -> None:
    one, two = ([slice(1, 2, 3), _Keeper(), slice(1, 2, 3)] for _ in range(2))
    assert same(one, two)


def test_parts_shared_on_one_side_only_are_not_the_same() -> None:
    part: list[object] = []
    assert same([part, part], [*[[]] * 2])
    assert not same([part, part], [[], []])
