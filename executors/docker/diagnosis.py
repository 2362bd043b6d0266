"""Whether executor ``docker`` can be had here: the engine, then the image, then the walls of a container.

Invariants: nothing is built and nothing changed; a container is made for a moment where its walls were not measured
before.
"""

from __future__ import annotations

from sandbox.result import Isolation

from . import images, probe, reaper
from .client import connect
from .options import DockerOptions


def isolation(options: DockerOptions | None = None) -> Isolation:
    """What containers have here, as measured from inside.

    Raises:
        BackendUnavailable: the first thing that is missing (the SDK, an engine that answers, permission on its socket,
            an image with this worker, a wall), with its repair.
    """
    wanted = options or DockerOptions()
    client = connect(wanted.docker_host)
    return probe.require(client, images.require(client, wanted), wanted)


def strays(docker_host: str | None = None) -> list[reaper.Reaped]:
    """Remove the containers of hardcell that nobody owns any more; which.

    Raises:
        BackendUnavailable: the engine cannot be had.
    """
    return reaper.reap(connect(docker_host))
