"""Making images: a base with an interpreter, a worker image upon it, derived images with packages.

A base (``hardcell/base:…``) is named by what it was made from and is made once; a new version of hardcell then costs
one small layer. Layers of the same parts are the same, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.errors import BackendUnavailable

from .. import archive
from . import debian, images, inside, layers, prefix, wheels
from .client import translated
from .images import BASE, DIGEST, PACKAGES, PYTHON, Image
from .roots import Root

if TYPE_CHECKING:
    import docker

DEBIAN = "debian"
"""The source that is this distribution's packages."""
HOME = "opt/hardcell"
"""Where the worker lies in an image."""


def build(
    client: docker.DockerClient, source: str = DEBIAN, packages: tuple[str, ...] = (), name: str | None = None
) -> Image:
    """An image with this installation's worker.

    ``source`` is ``debian`` for the distribution's packages, a directory that a CPython was installed to, or a local
    image; ``packages`` are exact pins; ``name`` is one name more for the image.

    Raises:
        ValueError: a source that is none, or packages that are no exact pins.
        BackendUnavailable: the engine refused, or what is needed cannot be fetched; names the repair.
    """
    pinned = wheels.pins(packages)
    layers.sweep(client)
    if source != DEBIAN and not os.path.isabs(source):
        return _named(client, _from_image(client, source, pinned), name)
    base = _from_packages(client) if source == DEBIAN else _from_prefix(client, Path(source))
    tag = images.usual("" if source == DEBIAN else base.python)
    made = images.find(client, tag)
    if made is None or not made.current or made.base != base.id:
        made = _layered(client, base, base.python, _worker(), (), tag)
    return _named(client, derive(client, made, pinned) if pinned else made, name)


def derive(client: docker.DockerClient, base: Image, packages: tuple[str, ...]) -> Image:
    """An image from a local one: the worker where it has none, and these packages; made once.

    Raises:
        ValueError: the image has packages already.
        BackendUnavailable: the engine refused, packages cannot be fetched, or its Python is too old.
    """
    images.check_free(base, packages)
    tag = images.derived(base.id, packages)
    made = images.find(client, tag)
    if made is not None and made.current:
        return made
    facts = layers.facts(client, base.id)
    _check(base, facts)
    files = Root() if base.digest else _worker()
    with tempfile.TemporaryDirectory(prefix="hardcell-packages-") as directory:
        found = wheels.fetch(packages, facts, Path(directory)) if packages else ()
        if packages:
            files.add(wheels.root(Path(directory)))
        return _layered(client, base, facts["python"], files, found, tag)


def _from_image(client: docker.DockerClient, name: str, packages: tuple[str, ...]) -> Image:
    base = images.find(client, name)
    if base is None:
        raise BackendUnavailable(
            f"there is no image {name} on this engine, and none is ever pulled",
            repair=f"docker pull {name}; or --from debian, or --from with an absolute path to a CPython",
        )
    if base.digest and not base.current:
        raise BackendUnavailable(
            f"image {name} holds the worker of another hardcell", repair="name the image that it was built from"
        )
    return base if base.digest and not packages else derive(client, base, packages)


def _from_packages(client: docker.DockerClient) -> Image:
    with tempfile.TemporaryDirectory(prefix="hardcell-image-") as directory:
        workspace = Path(directory)
        plan = debian.plan(workspace)
        tag = _base_name("packages", plan.key)
        found = images.find(client, tag)
        if found is not None:
            return found
        root = debian.root(plan, workspace)
        return _base(client, tag, root, plan.version, debian.python_home(plan.version), {})


def _from_prefix(client: docker.DockerClient, place: Path) -> Image:
    version = prefix.version_at(place)
    root = prefix.root(place, version)
    tag = _base_name("prefix", root.digest())
    found = images.find(client, tag)
    return found or _base(client, tag, root, version, prefix.python_home(version), prefix.SETTINGS)


def _base_name(kind: str, key: str) -> str:
    return f"hardcell/base:{hashlib.sha256(json.dumps([images.RECIPE, kind, key]).encode()).hexdigest()[:12]}"


def _base(
    client: docker.DockerClient, tag: str, root: Root, python: str, home: str, environment: Mapping[str, str]
) -> Image:
    """A base of this root file system, with byte code for the library at ``home``."""
    imported = layers.import_root(client, root, environment)
    return _tagged(client, layers.add_layer(client, imported, Root(), (home,), {PYTHON: python}), tag)


def context(directory: Path) -> None:
    """Write what ``images/docker/Dockerfile`` is built from into a new directory.

    Raises:
        OSError: the directory is there already, or cannot be written.
    """
    found = archive.worker()
    directory.mkdir(parents=True)
    for name, data in {**found.files, "digest": _line(found.digest)}.items():
        path = directory / "hardcell" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (directory / "inside.py").write_bytes(Path(inside.__file__).read_bytes())


def _line(text: str) -> bytes:
    return f"{text}\n".encode()


def _worker() -> Root:
    """The worker's files, and their digest."""
    root = Root()
    found = archive.worker()
    for name, data in found.files.items():
        root.file(f"{HOME}/{name}", data)
    root.file(f"{HOME}/digest", _line(found.digest))
    root.directory("cell")
    return root


def _layered(
    client: docker.DockerClient, base: Image, python: str, files: Root, packages: tuple[str, ...], tag: str
) -> Image:
    """The base with these files upon it, compiled and labelled."""
    labels = {DIGEST: archive.worker().digest, PYTHON: python, PACKAGES: json.dumps(packages), BASE: base.id}
    compiled = [place for place in (HOME, wheels.HOME) if files.holds(place)]
    return _tagged(client, layers.add_layer(client, base.id, files, compiled, labels), tag)


def _check(base: Image, facts: Mapping[str, str]) -> None:
    """Nothing, where the Python of an image is one that the worker runs on.

    Raises:
        BackendUnavailable: it is not.
    """
    found = f"{facts['implementation']} {facts['python']}"
    if facts["implementation"] != "cpython" or tuple(map(int, facts["python"].split("."))) < prefix.OLDEST:
        name = base.names[0] if base.names else base.id
        raise BackendUnavailable(
            f"image {name} has {found}; a worker needs CPython 3.11 or newer",
            repair="hardcell image build --from with an image of a newer Python",
        )


def _named(client: docker.DockerClient, image: Image, name: str | None) -> Image:
    return image if name is None else _tagged(client, image.id, name)


def _tagged(client: docker.DockerClient, image: str, name: str) -> Image:
    """The image under this name too."""
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:  # what stands behind the colon is the port of a registry, or nothing
        repository, tag = name, "latest"
    with translated(f"to name an image {name}"):
        client.images.get(image).tag(repository, tag)
    found = images.find(client, name)
    if found is None:
        raise BackendUnavailable(f"image {name} is gone as soon as it was made", repair=images.BUILD)
    return found
