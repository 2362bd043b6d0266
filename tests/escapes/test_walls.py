"""The escape corpus on each wall alone and on both, and its controls where no walls are."""

from __future__ import annotations

import sys

import pytest

from executors.testing.escapes import EscapeCase, load_corpus
from executors.testing.escapes.audit import HERE, Played
from executors.testing.escapes.backends import BACKENDS, missing
from executors.testing.escapes.controls import is_made, peer_controls, play_peer

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the runner needs Linux")
CASES = load_corpus()
CONTROLS = [(case, by) for case in CASES.values() for by in dict.fromkeys(c.by for c in case.controls) if by in HERE]
PEERS = [(case.name, control.peer) for case, control in peer_controls(CASES)]


def _played(corpus_played: dict[tuple[str, str], Played], case: EscapeCase, backend: str) -> Played:
    if reason := missing(case):
        pytest.skip(reason)
    found = corpus_played.get((case.name, backend))
    if found is None:
        pytest.skip(f"needs backend {backend}")
    if found.outcome is None and "Python <" in found.why:
        pytest.skip(found.why)
    assert found.outcome is not None, found.why
    return found


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("backend", BACKENDS)
def test_nothing_gets_out(backend: str, name: str, corpus_played: dict[tuple[str, str], Played]) -> None:
    case = CASES[name]
    if not BACKENDS[backend].plays(case):
        pytest.skip(f"attacks the other wall: {case.one_wall}")
    found = _played(corpus_played, case, backend)
    assert not found.failed, found.outcome
    assert found.expected, f"{found.outcome}, and the file has {case.expected(BACKENDS[backend].column)}"


@pytest.mark.parametrize(("name", "by"), [(case.name, by) for case, by in CONTROLS])
def test_the_trick_works_without_walls(name: str, by: str, corpus_played: dict[tuple[str, str], Played]) -> None:
    found = _played(corpus_played, CASES[name], by)
    assert found.shows_the_trick, f"{found.outcome}, and the file has {CASES[name].escape}"


@pytest.mark.parametrize(("name", "peer"), PEERS)
def test_the_trick_works_in_the_peer(name: str, peer: str) -> None:
    case = CASES[name]
    control = next(one for one in case.controls if one.peer == peer)
    if not control.works_on(sys.version_info[:3]):
        pytest.skip(f"the peer works on Python {control.python}")
    if not is_made(control):
        pytest.skip(f"the environment of {peer} is not there: make controls")
    outcome = play_peer(case, control)
    assert set(case.escape) <= set(outcome.evidence), outcome


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    assert len(CASES) >= 150
    assert {identifier for case in CASES.values() for identifier in case.identifiers} >= {
        "CVE-2023-37271", "CVE-2023-41039", "CVE-2024-47532", "CVE-2025-22153", "CVE-2026-55830", "CVE-2026-76825",
        "CVE-2025-5120", "CVE-2025-9959", "CVE-2025-14931", "CVE-2026-4963", "CVE-2025-68668", "CVE-2026-0863",
        "CVE-2025-24359", "CVE-2026-5752", "CVE-2023-44467", "CVE-2024-3098",
    }  # fmt: skip


def test_controls_are_of_every_family() -> None:
    assert {case.family for case, _ in CONTROLS} == {case.family for case in CASES.values()}
