"""The Dockerfile for people with a registry keeps the contract of the images that `hardcell image build` makes."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from executors import archive
from executors.cli import main
from executors.docker import building, images, inside, layers
from executors.docker.images import Image
from tests.docker.engine_here import client_here
from tests.docker.test_images import Wanted, said

FILE = Path(__file__).parents[2] / "images/docker/Dockerfile"


def stages() -> list[list[str]]:
    """The instructions of each stage, without the arguments before the first."""
    lines = [line for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
    found: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("FROM "):
            found.append([])
        found[-1].append(line)
    return found[1:]


def test_there_are_two_stages_and_the_last_begins_empty() -> None:
    first, last = stages()
    assert first[0] == "FROM ${BASE} AS build"
    assert last[0] == "FROM scratch"


def test_nothing_needs_a_shell_or_the_network() -> None:
    ran = [line for stage in stages() for line in stage if line.startswith("RUN")]
    assert len(ran) == 2
    assert [line for line in ran if not line.startswith('RUN ["python3", "-I", "-B", "/hardcell/inside.py", ')] == []
    assert not re.search(r"\b(?:ADD|apt|apk|pip|curl|wget)\b", "\n".join(line for stage in stages() for line in stage))


def test_the_last_stage_says_what_the_engines_own_way_says() -> None:
    last = stages()[-1]
    assert set(layers.SETTINGS) < set(last)
    assert f"ENV PATH={inside.HOME}/bin" in last
    (label,) = (line for line in last if line.startswith("LABEL "))
    assert set(re.findall(r"([a-z.]+)=", label)) == {images.DIGEST, images.PYTHON, images.PACKAGES}


def test_the_context_is_the_worker_its_digest_and_one_script(tmp_path: Path) -> None:
    building.context(tmp_path / "context")
    found = {path.relative_to(tmp_path / "context").as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"inside.py", "hardcell/digest", *(f"hardcell/{name}" for name in archive.worker().files)}


def test_a_directory_that_is_there_is_not_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["image", "context", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"File exists: {tmp_path}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Image]]:
    """The image of the Dockerfile, from the interpreter of the usual one: there is no registry here."""
    client = client_here()
    usual = building.build(client)
    context = tmp_path_factory.mktemp("dockerfile") / "context"
    assert main(["image", "context", str(context)]) == 0
    arguments = {"BASE": usual.base, "PYTHON": usual.python, "DIGEST": archive.worker().digest}
    name = f"hardcell-test/{secrets.token_hex(6)}:dockerfile"
    client.images.build(
        path=str(context),
        dockerfile=str(FILE),
        buildargs=arguments,
        tag=name,
        network_mode="none",
        rm=True,
        forcerm=True,
    )
    found = images.find(client, name)
    assert found is not None
    try:
        yield client, found
    finally:
        client.images.remove(name)


def test_a_session_takes_the_image_of_the_dockerfile(made: tuple[Any, Image]) -> None:
    client, image = made
    assert image.current and image.packages == ()
    assert images.require(client, Wanted(image=image.names[0])) == image.id
    config = client.images.get(image.id).attrs["Config"]
    assert (config["User"], config["WorkingDir"]) == ("65532:65532", "/cell")


def test_its_worker_and_library_can_be_imported(made: tuple[Any, Image]) -> None:
    client, image = made
    code = (
        "import sandbox.worker, asyncio, sqlite3, ssl, os\n"
        "print('/sandbox/__pycache__/' in sandbox.__cached__, os.path.exists(sandbox.__cached__))\n"
        "print(sandbox.worker.main.__code__.co_filename, sorted(os.listdir('/bin')), os.listdir('/opt/python/bin'))"
    )
    first, second = said(client, image.id, code).splitlines()
    assert first == "True True"
    assert second == f"/opt/hardcell/sandbox/worker.py [] ['python3', 'python{image.python}']"
