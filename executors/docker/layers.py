"""Layers of images, made through the engine's API: a root file system imported, a container filled and committed.

Invariants: nothing is pulled; a container that only makes an image has no network and no capabilities, and is removed
whatever happens; what it runs is ``inside.py`` and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.errors import BackendUnavailable

from . import inside
from .client import translated
from .roots import Root

if TYPE_CHECKING:
    import docker
    from docker.models.containers import Container

NAMED = "hardcell-build-"
"""How the names of such containers begin; one that a killed builder left behind is found by it."""
USER = "65532:65532"
SETTINGS = (f"USER {USER}", "WORKDIR /cell", "ENTRYPOINT []", 'CMD ["python3", "-I"]')
_PATIENCE_S = 900
"""For compiling; pandas and what it needs take a slow machine a minute."""
FORGOTTEN_S = 3600
"""A stopped container that is older was left by a builder that was killed."""
_MEMORY = "2g"
_MOST_FACTS = 4096


def import_root(client: docker.DockerClient, root: Root, environment: Mapping[str, str]) -> str:
    """The id of an unnamed image of this root file system.

    Raises:
        BackendUnavailable: the engine refused, or a file of the root cannot be read.
    """
    changes = [*SETTINGS, *(f"ENV {name}={value}" for name, value in environment.items())]
    with translated("to import a root file system"), tempfile.NamedTemporaryFile(suffix=".tar") as file:
        root.write(file)
        file.flush()
        said = client.api.import_image_from_file(file.name, changes=changes)
        last: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    if "status" not in last:
        raise BackendUnavailable(f"the engine did not import a root file system: {last}", repair="see the engine's log")
    return str(last["status"])


def add_layer(
    client: docker.DockerClient, image: str, files: Root, compiled: Sequence[str], labels: Mapping[str, str]
) -> str:
    """The id of an unnamed image: ``image``, these files over it, and byte code for all sources below ``compiled``.

    Sources that do not compile, as templates in some packages, are left as they are.

    Raises:
        BackendUnavailable: the engine refused, or the image's Python does not start.
    """
    with _container(client, image, ["compile", "/", *compiled], labels) as container:
        with translated("to fill an image"):
            container.put_archive("/", files.packed())
        status, said = _run(container)
        if status not in (0, 1):
            raise _does_not_start(image, status, said)
        with translated("to commit an image"):
            return str(container.commit(changes=list(SETTINGS)).id)


def facts(client: docker.DockerClient, image: str) -> Mapping[str, str]:
    """What ``inside.facts`` says in an image.

    Raises:
        BackendUnavailable: the engine refused, or there is no Python in the image that starts.
    """
    with _container(client, image, ["facts"], {}) as container:
        status, said = _run(container)
    try:
        found = json.loads(said[:_MOST_FACTS]) if status == 0 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _does_not_start(image, status, said)
    return {str(name): str(value) for name, value in found.items()}


def sweep(client: docker.DockerClient) -> None:
    """Remove what builders that were killed have left; one that runs is another builder's.

    Raises:
        BackendUnavailable: the engine does not answer.
    """
    import docker.errors

    with translated("to look for what builders left"):
        stopped = client.api.containers(all=True, filters={"name": NAMED, "status": ["created", "exited"]})
    for found in stopped:
        if time.time() - found["Created"] >= FORGOTTEN_S:
            with contextlib.suppress(docker.errors.APIError, OSError):
                client.api.remove_container(found["Id"], v=True)


@contextlib.contextmanager
def _container(
    client: docker.DockerClient, image: str, arguments: list[str], labels: Mapping[str, str]
) -> Iterator[Container]:
    """A stopped container that will run ``inside.py`` with these arguments as its root user."""
    from docker.types import LogConfig

    program = Path(inside.__file__).read_text(encoding="utf-8")
    with translated("to make an image"):
        container = client.containers.create(
            image,
            ["python3", "-I", "-B", "-c", program, *arguments],
            name=NAMED + secrets.token_hex(6),
            entrypoint=[],
            user="0:0",
            working_dir="/",
            labels=dict(labels),
            network_mode="none",
            cap_drop=["ALL"],
            security_opt=["no-new-privileges:true"],
            mem_limit=_MEMORY,
            pids_limit=256,
            log_config=LogConfig(type="json-file", config={"max-size": "1m"}),
        )
    try:
        yield container
    finally:
        import docker.errors

        with contextlib.suppress(docker.errors.APIError, OSError):
            container.remove(force=True, v=True)


def _run(container: Container) -> tuple[int, str]:
    """Exit status and output."""
    with translated("to run the Python of an image"):
        container.start()
        status = int(container.wait(timeout=_PATIENCE_S)["StatusCode"])
        return status, container.logs(tail=20).decode("utf-8", "replace")


def _does_not_start(image: str, status: int, said: str) -> BackendUnavailable:
    last = said.strip().splitlines()[-1:] or ["it said nothing"]
    return BackendUnavailable(
        f"the Python of image {image} ended with status {status} while the image was made: {last[0][:300]}",
        repair="name an image with CPython 3.11 or newer as python3: hardcell image build --from IMAGE",
    )
