"""Images on a real engine: what they hold, which one a session gets, and that nothing else is left behind."""

from __future__ import annotations

import dataclasses
import io
import secrets
import stat
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from executors import archive
from executors.cli import main
from executors.docker import building, images, layers
from executors.docker.images import Image
from executors.docker.roots import Root
from sandbox.errors import BackendUnavailable
from tests.docker.engine_here import client_here, printed
from tests.docker.test_wheels import wheel

# Of the distribution's packages, with the library and the time zones; of another CPython.
MOST_BYTES, MOST_BYTES_OF_A_PREFIX = 60_000_000, 95_000_000


Builders = Callable[[], list[str]]


@dataclasses.dataclass(frozen=True)
class Wanted:
    image: str = ""
    packages: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def client() -> Any:
    return client_here()


@pytest.fixture(scope="module")
def worker(client: Any) -> Image:
    """The usual image; made if it is not there."""
    return building.build(client)


@pytest.fixture(scope="module")
def contents(client: Any, worker: Image) -> Iterator[tarfile.TarFile]:
    """The file system of the usual image."""
    container = client.containers.create(worker.id)
    try:
        with tarfile.open(fileobj=io.BytesIO(b"".join(container.export()))) as files:
            yield files
    finally:
        container.remove()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Wheels that are the only ones: alpha, which needs beta."""
    wheel(tmp_path, "alpha", "1.0", requires="beta")
    wheel(tmp_path, "beta", "2.5")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return tmp_path


def said(client: Any, image: str, code: str) -> str:
    """What a program prints that runs as a session's worker does."""
    command = ["python3", "-I", "-B", "-c", f"import sys; sys.path[:0] = ['/opt/hardcell']\n{code}"]
    return printed(client, image, command, read_only=True, cap_drop=["ALL"])


def drop(client: Any, image: str) -> None:
    client.images.remove(image, force=True)


@pytest.fixture
def builders(client: Any, monkeypatch: pytest.MonkeyPatch) -> Builders:
    """The containers that making images has left behind in this test."""
    named = f"{layers.NAMED}{secrets.token_hex(6)}-"
    monkeypatch.setattr(layers, "NAMED", named)
    return lambda: [one.name for one in client.containers.list(all=True, filters={"name": named})]


def test_an_image_that_is_there_is_not_made_again(client: Any, worker: Image) -> None:
    assert building.build(client).id == worker.id


def test_names_and_labels_say_what_it_is(client: Any, worker: Image) -> None:
    digest = archive.worker().digest
    assert f"hardcell/worker:{digest[:12]}" in worker.names
    config = client.images.get(worker.id).attrs["Config"]
    assert config["Labels"] == {
        "hardcell.digest": digest, "hardcell.python": worker.python, "hardcell.packages": "[]",
        "hardcell.base": worker.base,
    }  # fmt: skip
    assert (config["User"], config["WorkingDir"], config["Entrypoint"]) == ("65532:65532", "/cell", [])


def test_it_is_small(worker: Image) -> None:
    assert worker.size <= MOST_BYTES


def test_it_has_no_shell_no_package_manager_and_no_set_uid_file(contents: tarfile.TarFile, worker: Image) -> None:
    programs = {one.name for one in contents if "/bin/" in one.name or "/sbin/" in one.name}
    assert programs == {"usr/bin/python3", f"usr/bin/python{worker.python}"}
    assert [one.name for one in contents if one.mode & (stat.S_ISUID | stat.S_ISGID)] == []
    assert [one.name for one in contents if one.isfile() and (one.mode & stat.S_IWOTH or one.uid or one.gid)] == []


def test_it_holds_the_worker_and_its_digest(contents: tarfile.TarFile) -> None:
    place = "opt/hardcell/"
    found = {one.name.removeprefix(place): one for one in contents if one.isfile() and one.name.startswith(place)}
    sources = {name: one for name, one in found.items() if not name.endswith(".pyc") and name != "digest"}
    data = {name: contents.extractfile(one) for name, one in sources.items()}
    assert {name: file.read() for name, file in data.items() if file} == dict(archive.worker().files)
    digest = contents.extractfile("opt/hardcell/digest")
    assert digest is not None and digest.read() == f"{archive.worker().digest}\n".encode()


def test_every_source_has_byte_code_that_is_not_checked(contents: tarfile.TarFile) -> None:
    compiled = [one for one in contents if one.name.endswith(".pyc")]
    for one in compiled:
        file = contents.extractfile(one)
        assert file is not None and file.read(8)[4:] == b"\x01\x00\x00\x00", one.name
    there = {one.name.replace("__pycache__/", "").split(".")[0] for one in compiled}
    sources = {f"opt/hardcell/{name}".removesuffix(".py") for name in archive.worker().files if name.endswith(".py")}
    assert sources - there == set()


def test_the_worker_and_the_library_can_be_imported(client: Any, worker: Image) -> None:
    code = (
        "import sandbox.worker, sandbox.engines, os\n"
        "import asyncio, bz2, ctypes, decimal, hashlib, lzma, multiprocessing, sqlite3, ssl, uuid, xml.etree, zlib\n"
        "from zoneinfo import ZoneInfo\n"
        "print(sandbox.__file__, sandbox.__cached__, ZoneInfo('Europe/Madrid'), os.getuid(), os.getcwd())"
    )
    tag = "cpython-" + worker.python.replace(".", "")
    cached = f"/opt/hardcell/sandbox/__pycache__/__init__.{tag}.pyc"
    assert said(client, worker.id, code) == f"/opt/hardcell/sandbox/__init__.py {cached} Europe/Madrid 65532 /cell\n"


def test_the_same_parts_make_the_same_layers(client: Any, worker: Image) -> None:
    files = Root()
    files.file("opt/hardcell/one.py", b"x = {'a', 'b', 'c'} == frozenset(('d', 'e'))\n")
    made = [layers.add_layer(client, worker.base, files, ("opt/hardcell",), {}) for _ in range(2)]
    one, other = (client.images.get(image).attrs["RootFS"] for image in made)
    for image in made:
        drop(client, image)
    assert one == other


def test_a_session_gets_the_usual_image(client: Any, worker: Image) -> None:
    assert images.require(client, Wanted()) == worker.id
    assert images.require(client, Wanted(image=worker.id)) == worker.id


def test_an_image_that_is_missing_is_never_pulled(client: Any) -> None:
    with pytest.raises(BackendUnavailable, match="there is no image no/such:1 on this engine") as told:
        images.require(client, Wanted(image="no/such:1"))
    assert told.value.repair == "docker pull no/such:1, then hardcell image build --from no/such:1; or leave image= out"


def test_without_the_usual_image_the_command_is_told(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    other = archive.Archive({"sandbox/worker.py": b"another"})
    monkeypatch.setattr(archive, "worker", lambda: other)
    with pytest.raises(BackendUnavailable, match=f"no image hardcell/worker:{other.digest[:12]}") as told:
        images.require(client, Wanted())
    assert told.value.repair == "hardcell image build"


def test_the_worker_of_another_hardcell_is_refused(client: Any, worker: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    other = archive.Archive({"sandbox/worker.py": b"another"})
    monkeypatch.setattr(archive, "worker", lambda: other)
    with pytest.raises(BackendUnavailable, match=f"another hardcell, {worker.digest[:12]}; this one is") as told:
        images.require(client, Wanted(image=worker.id))
    assert told.value.repair.startswith("hardcell image build")


def test_an_image_without_a_worker_is_not_run(client: Any, worker: Image) -> None:
    with pytest.raises(BackendUnavailable, match="holds no hardcell worker") as told:
        images.require(client, Wanted(image=worker.base))
    assert told.value.repair == f"hardcell image build --from {worker.base}"


def test_a_worker_is_put_upon_a_users_own_image(client: Any, worker: Image) -> None:
    made = building.build(client, worker.base)
    try:
        assert (made.base, made.digest, made.packages) == (worker.base, worker.digest, ())
        assert images.require(client, Wanted(image=worker.base)) == made.id
        assert said(client, made.id, "import sandbox.worker; print('here')") == "here\n"
    finally:
        drop(client, made.id)


def test_packages_are_baked_in_once(client: Any, worker: Image, shelf: Path) -> None:
    wanted = Wanted(packages=("Alpha==1.0",))
    made = images.require(client, wanted)
    try:
        (shelf / "alpha-1.0-py3-none-any.whl").unlink()
        assert images.require(client, wanted) == made
        found = images.find(client, made)
        assert found is not None and found.packages == ("alpha==1.0", "beta==2.5")
        code = "sys.path.append('/opt/packages')\nimport alpha, beta, os\nprint(alpha.version, beta.version)\n"
        shown = said(client, made, code + "print(sorted(os.listdir('/opt/packages')))").splitlines()
        assert shown[0] == "1.0 2.5"
        names = ["__pycache__", "alpha-1.0.dist-info", "alpha.py", "beta-2.5.dist-info", "beta.py"]
        assert shown[1] == str(names)
        with pytest.raises(ValueError, match="has packages already"):
            images.require(client, Wanted(image=made, packages=("beta==2.5",)))
    finally:
        drop(client, made)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("{}", "{}:latest"),
        ("{}:1", "{}:1"),
        ("localhost:5000/{}", "localhost:5000/{}:latest"),
        ("h:5/{}:1", "h:5/{}:1"),
    ],
)
def test_a_name_more_may_have_a_tag_and_a_registry(client: Any, worker: Image, name: str, full: str) -> None:
    unique = f"hardcell-test-{secrets.token_hex(6)}"
    made = building.build(client, worker.id, name=name.format(unique))
    try:
        assert made.id == worker.id and full.format(unique) in made.names
    finally:
        client.images.remove(full.format(unique))


@pytest.mark.usefixtures("shelf")
def test_packages_that_cannot_be_fetched_leave_nothing(client: Any, worker: Image, builders: Builders) -> None:
    with pytest.raises(BackendUnavailable, match="gamma==1.0 cannot be fetched"):
        images.require(client, Wanted(packages=("gamma==1.0",)))
    assert images.find(client, images.derived(worker.id, ("gamma==1.0",))) is None
    assert builders() == []


def test_packages_are_exact_before_the_engine_is_asked() -> None:
    with pytest.raises(ValueError, match="takes exact pins"):
        images.require(None, Wanted(packages=("numpy",)))  # type: ignore[arg-type]


def test_an_image_without_a_python_is_told(client: Any, builders: Builders) -> None:
    image = layers.import_root(client, Root.bare(), {})
    try:
        with pytest.raises(BackendUnavailable, match="python3"):
            building.build(client, image)
        assert builders() == []
    finally:
        drop(client, image)


def test_what_a_killed_builder_left_is_removed_later(
    client: Any, worker: Image, builders: Builders, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.containers.create(worker.id, name=f"{layers.NAMED}left")
    layers.sweep(client)
    assert len(builders()) == 1
    monkeypatch.setattr(layers, "FORGOTTEN_S", -60)
    layers.sweep(client)
    assert builders() == []


@pytest.mark.slow
def test_any_cpython_of_this_host_will_do(client: Any, worker: Image) -> None:
    made = building.build(client, sys.base_prefix)
    try:
        assert made.size <= MOST_BYTES_OF_A_PREFIX
        assert made.python == "{}.{}".format(*sys.version_info[:2])
        code = (
            "import sandbox.worker, sqlite3, ssl, lzma, ctypes; from zoneinfo import ZoneInfo; print(ZoneInfo('UTC'))"
        )
        assert said(client, made.id, code) == "UTC\n"
    finally:
        drop(client, made.id)
        drop(client, made.base)


def test_the_command_makes_and_lists(client: Any, worker: Image, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"hardcell-test/{secrets.token_hex(6)}"
    try:
        assert main(["image", "build", "--from", worker.names[0], "--tag", f"{name}:one"]) == 0
        printed = capsys.readouterr().out
        assert f"{name}:one" in printed and f"Python {worker.python}, {worker.size / 1e6:.1f} MB" in printed
        assert main(["image", "list"]) == 0
        assert "this one" in capsys.readouterr().out
    finally:
        client.images.remove(f"{name}:one")


def test_the_command_refuses_what_is_no_pin(client: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["image", "build", "--packages", "numpy==1.26.4,pandas"]) == 2
    assert "exact pins such as" in capsys.readouterr().err


def test_the_command_tells_that_no_engine_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("build", "list"):
        assert main(["image", verb, "--docker-host", f"unix://{tmp_path}/none.sock"]) == 5
        told = capsys.readouterr().err
        assert str(tmp_path) in told and "Traceback" not in told
