"""``hardcell image``: the images that executor ``docker`` runs, made and shown."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .terminal import escape, one_line, plain_failures, say

image_app = typer.Typer(
    help="Images for executor docker.", add_completion=False, no_args_is_help=True, rich_markup_mode=None
)
_HOST = typer.Option(help="Where the engine listens; else DOCKER_HOST, else the docker command's context.")


@image_app.callback()
def group() -> None:
    """Images for executor docker."""


@image_app.command()
def build(
    packages: Annotated[
        list[str] | None, typer.Option(help="Exact pins, as numpy==1.26.4,pandas==2.2.3. Repeatable.")
    ] = None,
    source: Annotated[
        str, typer.Option("--from", metavar="debian|PREFIX|IMAGE", help="Where its Python comes from.")
    ] = "debian",
    tag: Annotated[str | None, typer.Option(help="One name more for the image.")] = None,
    docker_host: Annotated[str | None, _HOST] = None,
) -> None:
    """Make the image with this hardcell's worker. No registry is asked; what is there already is not made again.

    debian means this distribution's packages; PREFIX is the absolute path of a directory that a CPython was installed
    to; IMAGE is a local image with Python 3.11 or newer.
    """
    from ..docker import building
    from ..docker.client import connect

    pins = tuple(pin for group in packages or () for pin in group.split(",") if pin.strip())
    began = time.monotonic()
    with plain_failures():
        made = building.build(connect(docker_host), source, pins, tag)
    names = one_line(", ".join(made.names))
    say(f"{names}: Python {made.python}, {made.size / 1e6:.1f} MB, {time.monotonic() - began:.1f} s")
    if made.packages:
        say(one_line(f"packages: {', '.join(made.packages)}"))


@image_app.command()
def context(
    directory: Annotated[Path, typer.Argument(metavar="DIRECTORY", help="A directory that is made.")],
) -> None:
    """Write the build context of images/docker/Dockerfile, for those who build with a registry."""
    from ..docker import building

    with plain_failures():
        building.context(directory)
    shown = one_line(str(directory))
    say(f"{shown}: build it with images/docker/Dockerfile, --build-arg DIGEST=$(cat {shown}/hardcell/digest)")


@image_app.command("list")
def list_images(docker_host: Annotated[str | None, _HOST] = None) -> None:
    """Show the images with a worker, and whether it is that of this hardcell."""
    from ..docker import images
    from ..docker.client import connect

    with plain_failures():
        found = images.listed(connect(docker_host))
    if not found:
        say(f"no image with a worker on this engine; make one: {images.BUILD}")
        return
    table = Table()
    for heading in ("image", "Python", "MB", "packages", "worker"):
        table.add_column(heading, overflow="fold")
    for image in found:
        packages = f"{len(image.packages)}: {' '.join(image.packages)}" if image.packages else "none"
        cells = ("\n".join(image.names), image.python, f"{image.size / 1e6:.1f}", packages)
        state = Text("this one", style="green") if image.current else Text("another", style="red")
        table.add_row(*(Text(escape(cell)) for cell in cells), state)
    Console(highlight=False).print(table)
