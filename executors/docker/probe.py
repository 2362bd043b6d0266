"""Measures what truly holds in containers of one engine, runtime and image, in throw-away ones with the very options
of an executor, and refuses where a wall is missing.

An engine accepts options that its runtime then ignores: gVisor heeds no filter of system calls, and with
``--ignore-cgroups`` no limit of memory. So nothing counts that was not seen from inside.

Invariants: small limits are asked for, since what is measured is that they hold, not their size; what a container
says is read with bounds and a deadline; the containers are removed whatever happens.
"""

from __future__ import annotations

import dataclasses
import json
import select
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.errors import BackendUnavailable
from sandbox.limits import Limits
from sandbox.result import Isolation
from sandbox.surroundings import SECCOMP

from . import kept_probes, reaper, seccomp
from .client import translated
from .container import ContainerChannel, command
from .options import UID, DockerOptions, creation
from .sightings import BadSighting, Sightings
from .verdicts import (
    MEMORY,
    OWN_KERNEL,
    PROCESSES,
    REQUIRED,
    Asked,
    Circumstances,
    Ending,
    ended_by,
    judge,
    missing,
)

if TYPE_CHECKING:
    import docker

LIMITS = Limits(memory_mb=8, disk_mb=4, processes=0)
"""What containers are measured with: little, so that reaching the limits takes little."""
_DEADLINE_S = 30.0
_TIMES_AGAIN = 2
"""How often what ended untold is measured again: that memory ran out reaches an engine as an event, which is lost when
it comes after the container's end (github.com/containerd/containerd/issues/8180), and gVisor may hang when the kernel
ends one of its processes instead of all."""
_MOST_BYTES = 64 << 10
_MORE_MEMORY = 64 << 20
_MORE_PROCESSES = 8
_DANGEROUS = ("disk", "processes", "memory")
_MEGABYTE = 1 << 20


@dataclasses.dataclass(frozen=True, kw_only=True)
class Engine:
    """What an engine says of itself and of one of its runtimes; ``program``: path and arguments of the runtime."""

    id: str
    version: str
    release: str
    runtime: str
    program: str


def require(client: docker.DockerClient, image: str, options: DockerOptions) -> Isolation:
    """The isolation that containers of this image have, measured now or before.

    ``image`` is the id of a local image that has this worker.

    Raises:
        BackendUnavailable: a wall is missing, or nothing can be measured; names what and the repair.
    """
    mechanisms = measured(client, image, options)
    if lacking := missing(mechanisms):
        told = "; ".join(f"{name} ({why})" for name, why in lacking.items())
        runtime = f"runtime {options.runtime}" if options.runtime else "the engine's default runtime"
        raise BackendUnavailable(
            f"containers of this engine with {runtime} do not have what they must: {told}",
            repair="\n".join(f"- {_REPAIRS.get(name, _OTHERWISE)}" for name in lacking),
        )
    return Isolation("container", "", dict(mechanisms))


def measured(client: docker.DockerClient, image: str, options: DockerOptions) -> Mapping[str, str]:
    """Each mechanism with "on", or "off: why". What holds is kept, by process and on disk; what does not is measured
    anew each time.

    Raises:
        BackendUnavailable: the engine cannot be asked, or makes no container.
    """
    engine = describe(client, options.runtime)
    arguments = creation(options, LIMITS, seccomp.profile())
    key = kept_probes.key(dataclasses.asdict(engine), image, arguments)
    kept = kept_probes.load(key)
    if kept is not None and not missing(kept):
        return kept
    found, _ = measure(client, image, arguments, engine)
    if not missing(found):
        kept_probes.save(key, found)
    return found


def describe(client: docker.DockerClient, runtime: str = "") -> Engine:
    """What the engine says of itself and of a runtime (empty: its default).

    Raises:
        BackendUnavailable: nobody answers, or there is no such runtime.
    """
    with translated("to ask the Docker engine about itself"):
        told = client.info()
    name = runtime or str(told.get("DefaultRuntime") or "runc")
    runtimes = told.get("Runtimes") or {}
    if name not in runtimes:
        raise BackendUnavailable(
            f"the Docker engine has no runtime {name!r}; it has {', '.join(sorted(runtimes)) or 'none'}",
            repair="leave runtime= out, or add the runtime to the engine's configuration (daemon.json, runtimes)",
        )
    entry = runtimes[name] or {}
    program = [str(entry.get("path") or entry.get("runtimeType") or name), *map(str, entry.get("runtimeArgs") or ())]
    return Engine(
        id=str(told.get("ID", "")),
        version=str(told.get("ServerVersion", "")),
        release=str(told.get("KernelVersion", "")),
        runtime=name,
        program=" ".join(program),
    )


def measure(
    client: docker.DockerClient, image: str, arguments: Mapping[str, Any], engine: Engine
) -> tuple[dict[str, str], str]:
    """Measure now, with arguments for ``LIMITS``. The mechanisms, and what ended the process that took too much memory.

    Raises:
        BackendUnavailable: the engine makes no container, or it does not answer in time.
    """
    asked = Asked(
        uid=UID,
        memory=_bytes(arguments["mem_limit"]),
        disk=LIMITS.disk_mb * _MEGABYTE,
        processes=int(arguments["pids_limit"]),
    )
    tries = {
        "disk": asked.disk + 2 * _MEGABYTE,
        "processes": asked.processes + _MORE_PROCESSES,
        "memory": asked.memory + _MORE_MEMORY,
    }
    seen: dict[str, Mapping[str, Any]] = {}
    endings: list[Ending] = []
    # A check that ends its container is not tried again; the checks behind it get another container.
    waiting, again = list(_DANGEROUS), _TIMES_AGAIN
    while waiting:
        heard, state = _hear(client, image, arguments, {name: tries[name] for name in waiting})
        seen |= heard.seen
        ending = None if heard.ended else _ending(heard, state)
        waiting = [name for name in waiting if name not in heard.begun]
        if ending is not None and (ending.told or not again):
            endings.append(ending)
        elif not heard.ended:
            if not again:
                break
            again -= 1
            waiting = [*([ending.check] if ending else []), *waiting]
    known = Circumstances(
        asked=asked, runtime=engine.runtime, program=engine.program, release=engine.release, endings=tuple(endings)
    )
    return judge(seen, known), ended_by(seen, known)


def _bytes(size: str) -> int:
    """Of the options' way to write it."""
    return int(size.removesuffix("m")) * _MEGABYTE


def _ending(heard: Sightings, state: Mapping[str, Any]) -> Ending | None:
    """How the check that was begun last ended its container; None where that one was done."""
    if not heard.begun or heard.begun[-1] in heard.seen:
        return None
    killed = state.get("OOMKilled") is True
    return Ending(check=heard.begun[-1], status=int(state.get("ExitCode", -1)), out_of_memory=killed)


def _hear(
    client: docker.DockerClient, image: str, arguments: Mapping[str, Any], tries: Mapping[str, int]
) -> tuple[Sightings, Mapping[str, Any]]:
    """Run the program in one container; what it saw, and the container's state at its end."""
    program = [*command("sandbox.probing"), json.dumps(dict(tries))]
    labels = reaper.labels("probe", seconds=2 * _DEADLINE_S)
    channel = ContainerChannel.start(client, image, {**arguments, "command": program}, labels)
    try:
        heard = Sightings()
        try:
            done = _listen(channel, heard)
        except BadSighting as error:
            raise BackendUnavailable(
                f"what came out of a container of image {image[:19]} is not what the probe says: {error}",
                repair="build the image anew: hardcell image build",
            ) from None
        if not heard.seen:
            said = channel.said()[-500:] or "it did not say why"
            raise BackendUnavailable(
                f"the probe did not start in a container of image {image[:19]}: {said}",
                repair="build the image anew: hardcell image build",
            )
        if not done and _ending(heard, {}) is None:
            raise BackendUnavailable(f"a container that was to be measured was not done after {_DEADLINE_S:g} s")
        return heard, _state(client, channel.id) if done and not heard.ended else {}
    finally:
        channel.close()


def _listen(channel: ContainerChannel, heard: Sightings) -> bool:
    """Hear all; whether it came to its end in time."""
    deadline, total = time.monotonic() + _DEADLINE_S, 0
    poll = select.poll()
    poll.register(channel.fileno(), select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        poll.poll(left * 1000)
        try:
            data = channel.receive()
        except BlockingIOError:
            continue
        except OSError:
            data = b""
        if not data:
            return True
        total += len(data)
        if total > _MOST_BYTES:
            raise BadSighting("there is too much of it")
        heard.feed(data)


def _state(client: docker.DockerClient, container: str) -> Mapping[str, Any]:
    with translated("to ask how a container ended"):
        found = client.containers.get(container)
        found.wait(timeout=int(_DEADLINE_S))
        found.reload()
    state: Mapping[str, Any] = found.attrs["State"]
    return state


def names() -> Sequence[str]:
    """Every mechanism that is measured."""
    return (*REQUIRED, SECCOMP, OWN_KERNEL)


_OTHERWISE = "run containers of this engine with its default runtime, and look at the engine's own configuration"
_REPAIRS = {
    MEMORY: "memory limit: the engine's machine needs the memory control group (kernel option cgroup_enable=memory, "
    "swapaccount=1); with gVisor take --ignore-cgroups out of the runtime's arguments",
    PROCESSES: "process limit: the engine's machine needs the pids control group; with gVisor take --ignore-cgroups "
    "out of the runtime's arguments",
    SECCOMP: "seccomp: the engine needs it (docker info lists name=seccomp; kernel option CONFIG_SECCOMP_FILTER), or "
    'take a runtime with a kernel of its own: runtime="runsc"',
}
