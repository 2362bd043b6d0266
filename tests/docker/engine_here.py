"""The engine and the image that tests of containers take; a test skips with the reason where there is none."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from executors.docker import seccomp
from executors.docker.client import connect
from executors.docker.options import DockerOptions, creation
from executors.docker.probe import LIMITS
from sandbox.errors import BackendUnavailable

GET_ONE = "start one (.ci/engine start DIR) and name it in DOCKER_HOST, then: hardcell image build"


@functools.cache
def _found() -> tuple[Any, str, str]:
    """Client, image and why not."""
    from executors.docker import images

    try:
        client = connect()
        return client, images.require(client, DockerOptions()), ""
    except BackendUnavailable as error:
        return None, "", error.message


def client_here() -> Any:
    """A client of the engine, whatever images it has."""
    try:
        return connect()
    except BackendUnavailable as error:
        pytest.skip(f"needs backend docker: {error.message}; {GET_ONE}")


def engine() -> tuple[Any, str]:
    """A client, and the id of the default image."""
    client, image, why = _found()
    if why:
        pytest.skip(f"needs backend docker: {why}; {GET_ONE}")
    return client, image


def runtime_with(word: str, *, without: str = "\0") -> str:
    """A runtime of the engine whose path and arguments hold this word, and not the other."""
    client, _ = engine()
    for name, entry in client.info()["Runtimes"].items():
        program = " ".join([str(entry.get("path", "")), *map(str, entry.get("runtimeArgs") or ())])
        if word in program and without not in program:
            return str(name)
    pytest.skip(f"needs a runtime with {word} in its command, as .ci/engine start DIR --gvisor has")


def options(runtime: str = "") -> dict[str, Any]:
    """What an executor makes containers with, small."""
    return creation(DockerOptions(runtime=runtime), LIMITS, seccomp.profile())


@contextlib.contextmanager
def container(arguments: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> Iterator[Any]:
    """A container that was made and not started; removed at the end."""
    client, image = engine()
    made = client.containers.create(image, labels=dict(labels or {}), **arguments)
    try:
        yield made
    finally:
        import docker.errors

        with contextlib.suppress(docker.errors.NotFound):
            made.remove(force=True, v=True)


def run(code: str, arguments: Mapping[str, Any], *, python: tuple[str, ...] = ("-I", "-B")) -> tuple[int, str]:
    """Run Python code in a container; its status, and what it wrote."""
    logged = {name: value for name, value in arguments.items() if name != "log_config"}
    with container({**logged, "command": ["python3", *python, "-c", code]}) as made:
        made.start()
        status = int(made.wait(timeout=600)["StatusCode"])
        return status, made.logs().decode("utf-8", "replace")


def printed(
    client: Any, image: str, command: list[str], reads: Mapping[str, str] | None = None, **arguments: Any
) -> str:
    """What a command prints in a container that has the engine's defaults, no network and no worker; it may read the
    host's ``reads`` at the places that they are mapped to. Fails with what the command complained of."""
    made = client.containers.create(
        image,
        command,
        entrypoint=[],
        network_mode="none",
        volumes={source: {"bind": place, "mode": "ro"} for source, place in (reads or {}).items()},
        **arguments,
    )
    try:
        made.start()
        status = made.wait(timeout=900)["StatusCode"]
        said, complained = made.logs(stderr=False), made.logs(stdout=False)
    finally:
        made.remove(force=True, v=True)
    assert status == 0, complained.decode("utf-8", "replace")
    text: str = said.decode("utf-8")
    return text
