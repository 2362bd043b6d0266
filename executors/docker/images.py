"""Images that hold a worker: their names, their labels, and the one that a session is to run.

Invariants: an image is run only with the worker of this installation inside, told by its digest; nothing is ever
pulled, and nothing is built but a derived image for ``packages=``, once.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from sandbox.errors import BackendUnavailable

from .. import archive
from . import wheels
from .client import translated

if TYPE_CHECKING:
    import docker
    from docker.models.images import Image as EngineImage

DIGEST, PYTHON, PACKAGES, BASE = "hardcell.digest", "hardcell.python", "hardcell.packages", "hardcell.base"
"""Labels: digest of the worker, version of Python ("3.11"), all packages as a JSON list of pins, and the id of the
image that this one was made from."""
BUILD = "hardcell image build"
RECIPE = 1
"""Counts what changes a derived image beside its parts."""


class Wanted(Protocol):
    """What a session says of its image: a name or id, empty for the usual one, and exact pins."""

    @property
    def image(self) -> str: ...

    @property
    def packages(self) -> tuple[str, ...]: ...


@dataclasses.dataclass(frozen=True)
class Image:
    """An image of the engine. ``digest`` and ``base`` are empty where no worker is inside. ``size`` is in bytes."""

    id: str
    names: tuple[str, ...]
    digest: str
    python: str
    packages: tuple[str, ...]
    base: str
    size: int

    @property
    def current(self) -> bool:
        """Whether the worker inside is that of this installation."""
        return self.digest == archive.worker().digest


def usual(python: str = "") -> str:
    """The name of the image with this installation's worker; ``python`` where it is not the distribution's."""
    suffix = f"-py{python.replace('.', '')}" if python else ""
    return f"hardcell/worker:{archive.worker().digest[:12]}{suffix}"


def derived(base: str, packages: tuple[str, ...]) -> str:
    """The name of what is made from the image with this id: the same parts, the same name."""
    parts = json.dumps([RECIPE, base, archive.worker().digest, packages])
    return f"hardcell/derived:{hashlib.sha256(parts.encode()).hexdigest()[:24]}"


def find(client: docker.DockerClient, name: str) -> Image | None:
    """The local image of a name or id, or None.

    Raises:
        BackendUnavailable: the engine does not answer.
    """
    import docker.errors

    with translated(f"to look for the image {name}"):
        try:
            return _read(client.images.get(name))
        except docker.errors.ImageNotFound:
            return None


def listed(client: docker.DockerClient) -> list[Image]:
    """Every local image that holds a worker, by name.

    Raises:
        BackendUnavailable: the engine does not answer.
    """
    with translated("to list images"):
        found = [_read(image) for image in client.images.list(filters={"label": DIGEST})]
    return sorted((image for image in found if image.names), key=lambda image: image.names)


def require(client: docker.DockerClient, wanted: Wanted) -> str:
    """The id of the image to run. A derived image for packages is built if it is not there.

    Raises:
        ValueError: packages that are no exact pins, or an image that has packages already.
        BackendUnavailable: there is no such image, or none with this installation's worker; names the repair.
    """
    packages = wheels.pins(wanted.packages)
    name = wanted.image or usual()
    base = find(client, name)
    if base is None:
        raise _missing(wanted.image)
    if base.digest and not base.current:
        raise BackendUnavailable(
            f"image {name} holds the worker of another hardcell, {base.digest[:12]}; this one is "
            f"{archive.worker().digest[:12]}",
            repair=f"{BUILD}, and leave image= out or name what it makes" if wanted.image else BUILD,
        )
    if base.digest and not packages:
        return base.id
    made = find(client, derived(base.id, packages))
    if made is not None and made.current:
        return made.id
    if not packages:
        raise BackendUnavailable(
            f"image {name} holds no hardcell worker, and none is built for it while a session opens",
            repair=f"{BUILD} --from {shlex.quote(name)}",
        )
    from .building import derive

    return derive(client, base, packages).id


def check_free(base: Image, packages: tuple[str, ...]) -> None:
    """Nothing, where these packages may be added.

    Raises:
        ValueError: the image has packages already, and two sets of them would not have been fetched to fit each other.
    """
    if packages and base.packages:
        name = base.names[0] if base.names else base.id
        raise ValueError(
            f"image {name} has packages already ({', '.join(base.packages)}); name an image without, and all packages"
        )


def _missing(image: str) -> BackendUnavailable:
    if not image:
        return BackendUnavailable(f"there is no image {usual()} on this engine, and none is ever pulled", repair=BUILD)
    named = shlex.quote(image)
    return BackendUnavailable(
        f"there is no image {image} on this engine, and none is ever pulled",
        repair=f"docker pull {named}, then {BUILD} --from {named}; or leave image= out",
    )


def _read(image: EngineImage) -> Image:
    labels: Mapping[str, str] = image.labels or {}
    try:
        packages = wheels.pins(json.loads(labels.get(PACKAGES, "[]")))
    except (ValueError, TypeError, AttributeError):
        packages = ()
    return Image(
        str(image.id),
        tuple(sorted(image.tags)),
        str(labels.get(DIGEST, "")),
        str(labels.get(PYTHON, "")),
        packages,
        str(labels.get(BASE, "")),
        int(image.attrs.get("Size", 0)),
    )
