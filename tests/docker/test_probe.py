"""Walls of a container: what is seen inside, what it amounts to, and what is refused where one is missing."""

from __future__ import annotations

import copy
import dataclasses
import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executors.docker import kept_probes, probe, verdicts
from executors.docker.options import DockerOptions
from executors.docker.sightings import LINE_BYTES, LINES, SHAPES, BadSighting, Sightings
from executors.docker.verdicts import Asked, Circumstances, Ending
from sandbox import probing, surroundings
from sandbox.errors import BackendUnavailable
from tests.docker import engine_here

MB = 1 << 20
ASKED = Asked(uid=65532, memory=140 * MB, disk=4 * MB, processes=16)
RUNC = Circumstances(asked=ASKED, runtime="runc", program="runc", release="6.1.0")
GVISOR = dataclasses.replace(RUNC, runtime="runsc", program="/usr/bin/runsc --platform=systrap")
NONE = "0000000000000000"
SEEN: dict[str, dict[str, Any]] = {
    "user": {"uids": [65532] * 3, "gids": [65532] * 3, "groups": [65532]},
    "rights": {"sets": dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), NONE), "no_new_privs": 1},
    "calls": {"mode": 2, "marked": 2990, "refused": {"socket": 1, "io_uring_setup": 38}, "release": "6.1.0"},
    "network": {"interfaces": ["lo"], "connect": [1, 101]},
    "root": {"options": ["ro", "relatime"], "written": []},
    "cell": {"options": ["rw", "nosuid", "nodev", "noexec"], "bytes": 4 * MB, "execute": 13},
    "cores": {"limit": [0, 0]},
    "devices": {"nodes": [["/dev/null", "c", 1, 3], ["/dev/pts/0", "c", 136, 0]]},
    "disk": {"written": 4 * MB, "errno": 28},
    "processes": {"made": 15, "errno": 11},
    "memory": {"touched": 130 * MB, "signal": 9, "status": 0, "oom_kills": 1},
}
"""What a container that holds reports."""
MISSING_NOTHING: dict[str, str] = {}


def _off(known: Circumstances = RUNC, **changes: dict[str, Any] | None) -> dict[str, str]:
    """What is missing where some fields were seen otherwise, or a check said nothing."""
    seen = copy.deepcopy(SEEN)
    for check, fields in changes.items():
        if fields is None:
            del seen[check]
        else:
            seen[check] |= fields
    return verdicts.missing(verdicts.judge(seen, known))


def test_a_container_that_holds_misses_nothing() -> None:
    assert _off() == MISSING_NOTHING
    mechanisms = verdicts.judge(SEEN, RUNC)
    assert set(mechanisms) == set(probe.names())
    assert mechanisms.pop(verdicts.OWN_KERNEL) == "off: containers of runtime runc share the machine's kernel"
    assert set(mechanisms.values()) == {"on"}


@pytest.mark.parametrize(
    ("changes", "mechanism", "why"),
    [
        ({"user": {"uids": [0, 65532, 65532]}}, surroundings.USER, "processes have the ids [0, 65532] where 65532"),
        ({"user": {"groups": [0, 65532]}}, surroundings.USER, "processes have the ids [0, 65532]"),
        ({"rights": {"no_new_privs": 0}}, surroundings.NO_NEW_PRIVILEGES, "programs may gain some"),
        ({"rights": {"sets": {"CapEff": NONE}}}, surroundings.CAPABILITIES, "the kernel does not tell"),
        (
            {"rights": {"sets": SEEN["rights"]["sets"] | {"CapBnd": "00000000a80425fb"}}},
            surroundings.CAPABILITIES,
            "there are some in CapBnd",
        ),
        ({"calls": {"mode": 0}}, surroundings.SECCOMP, "no filter of system calls is in force"),
        ({"calls": {"marked": 1}}, surroundings.SECCOMP, "the filter in force is not ours"),
        ({"calls": {"refused": {"socket": 0, "ptrace": 3}}}, surroundings.SECCOMP, "reached by ptrace, socket"),
        ({"calls": {"refused": {}}}, surroundings.SECCOMP, "the kernel is reached by"),
        ({"network": {"interfaces": ["lo", "eth0"]}}, surroundings.NETWORK, "beside the loopback: eth0"),
        ({"network": {"connect": [115, 101]}}, surroundings.NETWORK, "was not refused"),
        ({"network": {"connect": []}}, surroundings.NETWORK, "was not refused"),
        ({"root": {"options": ["rw"]}}, surroundings.ROOT, "mounted to be written to"),
        ({"root": {"written": ["/tmp"]}}, surroundings.ROOT, "files can be made in /tmp"),
        ({"cell": {"execute": 0}}, surroundings.CELL_MOUNT, "programs in it can be started"),
        ({"cell": {"options": ["rw", "noexec"]}}, surroundings.CELL_MOUNT, "without nodev, nosuid"),
        ({"cell": {"bytes": 8 * MB}}, surroundings.CELL_MOUNT, "it holds 8388608 bytes or more where 4194304"),
        ({"disk": {"written": 6 * MB, "errno": 0}}, surroundings.CELL_MOUNT, "it holds 6291456 bytes or more"),
        ({"cores": {"limit": [0, -1]}}, verdicts.CORES, "may leave one"),
        ({"devices": {"nodes": [["/dev/sda", "b", 1, 3]]}}, verdicts.DEVICES, "there are /dev/sda"),
        ({"devices": {"nodes": [["/dev/kvm", "c", 10, 232]]}}, verdicts.DEVICES, "there are /dev/kvm"),
        ({"devices": {"nodes": [["/dev/fuse", "c", 10, 229]]}}, verdicts.DEVICES, "there are /dev/fuse"),
        (
            {"memory": {"touched": 204 * MB, "signal": 0}},
            verdicts.MEMORY,
            "a process wrote to 204 MB where the limit was 140 MB",
        ),
        ({"memory": {"touched": 150 * MB}}, verdicts.MEMORY, "a process wrote to 150 MB"),
        ({"processes": {"made": 24, "errno": 0}}, verdicts.PROCESSES, "there were 25 processes where 16 were asked"),
        ({"processes": {"made": 16}}, verdicts.PROCESSES, "there were 17 processes where 16 were asked"),
    ],
)
def test_each_wall_that_is_missing_is_told(changes: dict[str, Any], mechanism: str, why: str) -> None:
    found = _off(**changes)
    assert list(found) == [mechanism]
    assert found[mechanism].startswith("off: ")
    assert why in found[mechanism]


@pytest.mark.parametrize("check", sorted(SEEN))
def test_a_check_that_says_nothing_holds_nothing(check: str) -> None:
    found = _off(**{check: None})
    assert found
    assert set(found.values()) == {"off: the probe could not tell"}


def test_a_kernel_of_its_own_stands_for_the_filter() -> None:
    calls = {"mode": 0, "marked": 38, "refused": {"socket": 0}, "release": "4.4.0"}
    assert _off(GVISOR, calls=calls) == MISSING_NOTHING
    # Its name alone is no kernel: the machine's own, or the machine's filter, seen inside.
    assert list(_off(GVISOR, calls=calls | {"release": "6.1.0"})) == [surroundings.SECCOMP]
    assert list(_off(GVISOR, calls=calls | {"mode": 0, "marked": 2990})) == [surroundings.SECCOMP]
    assert list(_off(RUNC, calls=calls)) == [surroundings.SECCOMP]


def test_what_gvisor_shows_otherwise_is_allowed_there_alone() -> None:
    calls = {"mode": 0, "marked": 38, "refused": {"socket": 0}, "release": "4.4.0"}
    devices = {"nodes": [["/dev/fuse", "c", 10, 229], ["/dev/net/tun", "c", 10, 200]]}
    assert _off(GVISOR, calls=calls, devices=devices, cell={"options": ["rw", "noexec"]}) == MISSING_NOTHING
    found = _off(GVISOR, calls=calls, cell={"options": ["rw"]})
    assert list(found) == [surroundings.CELL_MOUNT]


def test_a_container_that_ended_counts_as_the_engine_tells() -> None:
    calls = {"mode": 0, "marked": 38, "refused": {"socket": 0}, "release": "4.4.0"}
    seen = {name: fields for name, fields in SEEN.items() if name not in ("memory", "processes")}
    seen["calls"] = calls
    memory = Ending(check="memory", status=137, out_of_memory=True)
    processes = Ending(check="processes", status=2, out_of_memory=False)
    known = dataclasses.replace(GVISOR, endings=(processes, memory))
    assert verdicts.missing(verdicts.judge(seen, known)) == MISSING_NOTHING
    assert verdicts.ended_by(seen, known).startswith("the out-of-memory killer, as the engine tells")
    killed = dataclasses.replace(memory, out_of_memory=False)
    for endings in ((), (processes, killed), (memory,)):
        assert verdicts.missing(verdicts.judge(seen, dataclasses.replace(GVISOR, endings=endings)))


def _heard(*begun: str, seen: tuple[str, ...] = (), ended: bool = False) -> Sightings:
    heard = Sightings()
    heard.begun, heard.seen, heard.ended = list(begun), {name: SEEN[name] for name in seen}, ended
    return heard


SAFE = tuple(name for name in SEEN if name not in ("disk", "processes", "memory"))
FIRST = _heard("disk", "processes", "memory", seen=(*SAFE, "disk", "processes"))
UNTOLD, OUT_OF_MEMORY = {"ExitCode": 137, "OOMKilled": False}, {"ExitCode": 137, "OOMKilled": True}
HUNG: dict[str, Any] = {}


def _judged(monkeypatch: pytest.MonkeyPatch, *containers: tuple[Sightings, dict[str, Any]]) -> tuple[str, list[str]]:
    """What is said of memory when containers came to this, one after the other; and what each was to try."""
    coming, tried = iter(containers), []

    def hear(client: object, image: str, arguments: object, tries: dict[str, int]) -> tuple[Sightings, dict[str, Any]]:
        tried.append(" ".join(tries))
        return next(coming)

    monkeypatch.setattr(probe, "_hear", hear)
    engine = probe.Engine(id="", version="", release="6.1.0", runtime="runsc", program="runsc")
    asked = {"mem_limit": "140m", "pids_limit": 16}
    return probe.measure(None, "", asked, engine)[0][verdicts.MEMORY], tried  # type: ignore[arg-type]


@pytest.mark.parametrize("state", [UNTOLD, HUNG])
def test_a_container_that_ended_untold_is_measured_again(
    state: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    last = (_heard("memory", seen=SAFE), OUT_OF_MEMORY)
    assert _judged(monkeypatch, (FIRST, state), last) == ("on", ["disk processes memory", "memory"])
    again = (_heard("memory", seen=SAFE), state)
    untold = ("off: the probe could not tell", ["disk processes memory", "memory", "memory"])
    assert _judged(monkeypatch, (FIRST, state), again, again, last) == untold


def test_lines_that_were_lost_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = (_heard("disk", "processes", seen=(*SAFE, "disk", "processes")), UNTOLD)
    last = (_heard("memory", seen=(*SAFE, "memory"), ended=True), {})
    assert _judged(monkeypatch, lost, last) == ("on", ["disk processes memory", "memory"])
    none = (_heard(seen=SAFE), UNTOLD)
    assert _judged(monkeypatch, lost, none, none, last) == (
        "off: the probe could not tell",
        ["disk processes memory", "memory", "memory"],
    )


# ---- what comes out of a container


def _line(check: str, **fields: Any) -> bytes:
    return json.dumps({"check": check, **fields}).encode() + b"\n"


def _all_lines() -> bytes:
    return b"".join(_line(name, seen=fields) for name, fields in SEEN.items()) + _line("end", begun=True)


@given(st.integers(1, 300))
def test_lines_arrive_in_pieces_of_any_size(size: int) -> None:
    data, heard = _all_lines(), Sightings()
    for start in range(0, len(data), size):
        heard.feed(data[start : start + size])
    assert heard.seen == SEEN
    assert heard.ended


@pytest.mark.parametrize(
    "data",
    [
        b"x\n",
        b"\xff\n",
        b"[" * 10_000 + b"\n",
        b"1" * (LINE_BYTES + 1),
        b"[]\n",
        b'{"check": 1}\n',
        b'{"check": "cores", "seen": {"limit": [0, 0]}, "more": 1}\n',
        b'{"check": "cores", "seen": {"limit": [0, true]}}\n',
        b'{"check": "cores", "seen": {"limit": [0, 0.5]}}\n',
        b'{"check": "cores", "seen": {"limit": [' + b"0," * 64 + b"0]}}\n",
        b'{"check": "cores", "seen": {"limit": [9223372036854775808]}}\n',
        b'{"check": "cores", "seen": [0, 0]}\n',
        b'{"check": "cores", "begun": 2}\n',
        b'{"check": "new", "seen": {}}\n',
        b'{"check": "user", "seen": {"uids": [], "gids": []}}\n',
        b'{"check": "root", "seen": {"options": ["' + b"x" * 65 + b'"], "written": []}}\n',
        b'{"check": "devices", "seen": {"nodes": [["/dev/null", "c", 1]]}}\n',
        _line("cores", seen=SEEN["cores"]) * 2,
        _line("memory", begun=True) * 2,
        _line("end", begun=True) + _line("cores", seen=SEEN["cores"]),
        b"\n" * (LINES + 1),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(BadSighting):
        Sightings().feed(data)


@given(st.binary(max_size=300))
def test_garbage_never_raises_anything_else(data: bytes) -> None:
    heard = Sightings()
    try:
        heard.feed(data)
    except BadSighting:
        pass
    assert heard.seen == {}


def test_the_program_says_what_the_schema_has() -> None:
    assert set(SHAPES) == {*probing._QUIET, *probing._DANGEROUS}
    assert probing.FILTERED == verdicts.seccomp.PROBE_CALL


# ---- what is kept


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache directory of its own, and nothing known before and after."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept_probes.forget()
    yield tmp_path / "hardcell" / "docker"
    kept_probes.forget()


def test_what_was_measured_is_found_again_by_another_process(home: Path) -> None:
    name = kept_probes.key({"engine": 1}, "image", {"memory": 1})
    assert kept_probes.load(name) is None
    kept_probes.save(name, {"network": "on"})
    kept_probes.forget()
    assert kept_probes.load(name) == {"network": "on"}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()] == [0o600]
    assert kept_probes.load(kept_probes.key({"engine": 2}, "image", {"memory": 1})) is None


def test_another_version_does_not_trust_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = kept_probes.key("engine")
    monkeypatch.setattr(kept_probes, "_version", lambda: "0.0.0")
    assert kept_probes.key("engine") != name


@pytest.mark.parametrize("how", ["writable", "old", "of the future", "another key", "garbage", "a link", "a pipe"])
def test_an_entry_that_may_be_anybodys_or_is_old_does_not_count(home: Path, tmp_path: Path, how: str) -> None:
    name = kept_probes.key("engine")
    kept_probes.save(name, {"network": "on"})
    kept_probes.forget()
    path = home / f"{name}.json"
    now = time.time()
    match how:
        case "writable":
            path.chmod(0o620)
        case "old":
            os.utime(path, (now, now - 90_000))
        case "of the future":
            os.utime(path, (now, now + 90_000))
        case "another key":
            path.write_text(json.dumps({"key": "x", "mechanisms": {"network": "on"}}))
        case "garbage":
            path.write_text("[" * 5000)
        case "a link":
            path.rename(tmp_path / "elsewhere")
            path.symlink_to(tmp_path / "elsewhere")
        case "a pipe":
            path.unlink()
            os.mkfifo(path, 0o600)
    assert kept_probes.load(name) is None


def test_a_directory_that_cannot_be_written_is_no_failure(home: Path) -> None:
    home.parent.parent.mkdir(exist_ok=True)
    home.parent.write_text("a file where the directory should be")
    name = kept_probes.key("engine")
    kept_probes.save(name, {"network": "on"})
    assert kept_probes.load(name) == {"network": "on"}


# ---- real containers


def _measured(arguments: dict[str, Any], runtime: str = "") -> tuple[dict[str, str], str]:
    client, image = engine_here.engine()
    return probe.measure(client, image, arguments, probe.describe(client, runtime))


def _ours() -> list[str]:
    client, _ = engine_here.engine()
    found = client.api.containers(all=True, filters={"label": "hardcell.session=probe"})
    own = f"hardcell.owner={os.getpid()} "
    return [one["Id"] for one in found if any(f"{k}={v}".startswith(own) for k, v in one["Labels"].items())]


def test_a_container_holds_and_is_measured_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client, image = engine_here.engine()
    isolation = probe.require(client, image, DockerOptions())
    assert isolation.kind == "container"
    assert {name for name, state in isolation.mechanisms.items() if state != "on"} == {verdicts.OWN_KERNEL}
    assert _ours() == []
    monkeypatch.setattr(probe, "measure", None)
    kept_probes.forget()
    assert probe.require(client, image, DockerOptions()) == isolation


def test_what_ended_a_process_that_took_too_much_is_told() -> None:
    _, how = _measured(engine_here.options())
    assert how.startswith("the out-of-memory killer of its control group, at ")


@pytest.mark.parametrize(
    ("changes", "mechanisms"),
    [
        ({"network_mode": "host"}, {surroundings.NETWORK}),
        ({"read_only": False, "user": "0:0"}, {surroundings.ROOT, surroundings.USER}),
        ({"tmpfs": {"/cell": "size=64m,mode=0777,exec"}}, {surroundings.CELL_MOUNT}),
        ({"cap_drop": [], "user": "65532:65532"}, {surroundings.CAPABILITIES}),
        ({"pids_limit": 0}, {verdicts.PROCESSES}),
        ({"ulimits": []}, {verdicts.CORES}),
        ({"devices": ["/dev/fuse:/dev/fuse:rw"]}, {verdicts.DEVICES}),
    ],
)
def test_a_container_that_was_opened_is_found_out(changes: dict[str, Any], mechanisms: set[str]) -> None:
    asked = engine_here.options()
    found, _ = _measured({**asked, **changes, "pids_limit": changes.get("pids_limit", asked["pids_limit"])})
    assert mechanisms <= set(verdicts.missing(found))


@pytest.mark.parametrize("security", [["seccomp=unconfined"], [], ["no-new-privileges:true", "seccomp=unconfined"]])
def test_another_filter_than_ours_is_found_out(security: list[str]) -> None:
    found, _ = _measured({**engine_here.options(), "security_opt": security})
    lacking = verdicts.missing(found)
    assert surroundings.SECCOMP in lacking
    assert (surroundings.NO_NEW_PRIVILEGES in lacking) == ("no-new-privileges:true" not in security)


def test_limits_that_a_runtime_ignores_in_silence_are_found_out(home: Path) -> None:
    runtime = engine_here.runtime_with("--ignore-cgroups")
    client, image = engine_here.engine()
    with pytest.raises(BackendUnavailable) as refused:
        probe.require(client, image, DockerOptions(runtime=runtime))
    assert "memory limit (off: a process wrote to " in refused.value.message
    assert "take --ignore-cgroups out of the runtime's arguments" in refused.value.repair
    assert list(home.glob("*")) == []


def test_a_runtime_that_is_not_there_is_named() -> None:
    client, image = engine_here.engine()
    with pytest.raises(BackendUnavailable, match="has no runtime 'absent'; it has "):
        probe.require(client, image, DockerOptions(runtime="absent"))


def test_a_kernel_of_its_own_is_told_from_the_machines(home: Path) -> None:
    runtime = engine_here.runtime_with("runsc", without="--ignore-cgroups")
    client, image = engine_here.engine()
    isolation = probe.require(client, image, DockerOptions(runtime=runtime))
    assert isolation.mechanisms[verdicts.OWN_KERNEL] == "on"
    assert isolation.mechanisms[surroundings.SECCOMP] == "off: no filter of system calls is in force"
