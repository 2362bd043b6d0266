"""Packages for images: exact pins only, wheels only, for the Python and the C library of the image."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import pytest

from executors.docker import wheels
from sandbox.errors import BackendUnavailable

FACTS = {"python": "3.12", "implementation": "cpython", "libc": "glibc", "libc_version": "2.17", "machine": "x86_64"}


def wheel(directory: Path, name: str, version: str, *, requires: str = "", tag: str = "py3-none-any") -> None:
    """A wheel with one module that knows its version, and one command."""
    info = f"{name}-{version}.dist-info"
    needs = f"Requires-Dist: {requires}\n" if requires else ""
    files = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:version\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(directory / f"{name}-{version}-{tag}.whl", "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is the only index pip looks at."""
    made = tmp_path / "shelf"
    made.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(made))
    return made


def test_pins_are_spelt_one_way_and_sorted() -> None:
    found = wheels.pins(["Zope.Interface==6.0", "numpy==1.26.4", "numpy==1.26.4", "a_b==1!2.0+local.1"])
    assert found == ("a-b==1!2.0+local.1", "numpy==1.26.4", "zope-interface==6.0")


@pytest.mark.parametrize(
    "package",
    [
        "numpy", "numpy>=1.26", "numpy==1.*", "numpy===1.26.4", "numpy==1.26.4,<2", "numpy~=1.26", "numpy==",
        "numpy @ https://example.org/numpy.whl", "https://example.org/numpy.whl", "./numpy.whl", "-r requirements.txt",
        "--index-url=https://example.org", "numpy[extra]==1.26.4", "numpy==1; python_version<'4'", "numpy==1 x", "",
    ],
)  # fmt: skip
def test_what_is_not_an_exact_pin_is_refused(package: str) -> None:
    with pytest.raises(ValueError, match='takes exact pins such as "numpy==1.26.4", not'):
        wheels.pins([package])


def test_one_package_has_one_version() -> None:
    with pytest.raises(ValueError, match="pins a-b twice: 1 and 2"):
        wheels.pins(["a_b==1", "A-B==2"])


def test_there_is_a_bound_on_packages() -> None:
    assert len(wheels.pins(f"p{number}==1" for number in range(wheels.MOST))) == wheels.MOST
    with pytest.raises(ValueError, match="names 201 packages; an image takes 200"):
        wheels.pins(f"p{number}==1" for number in range(wheels.MOST + 1))


def test_platforms_are_those_of_the_c_library() -> None:
    assert wheels.platforms({**FACTS, "libc_version": "2.12"}) == [
        "manylinux_2_12_x86_64", "manylinux2010_x86_64", "manylinux_2_11_x86_64", "manylinux_2_10_x86_64",
        "manylinux_2_9_x86_64", "manylinux_2_8_x86_64", "manylinux_2_7_x86_64", "manylinux_2_6_x86_64",
        "manylinux_2_5_x86_64", "manylinux1_x86_64", "linux_x86_64",
    ]  # fmt: skip
    other = {**FACTS, "libc": "other", "libc_version": "", "machine": "aarch64"}
    assert wheels.platforms(other) == ["musllinux_1_2_aarch64", "musllinux_1_1_aarch64"]


def test_wheels_are_fetched_with_what_they_require(shelf: Path, tmp_path: Path) -> None:
    wheel(shelf, "alpha", "1.0", requires="beta>=2")
    wheel(shelf, "beta", "2.5")
    assert wheels.fetch(("alpha==1.0",), FACTS, tmp_path / "out") == ("alpha==1.0", "beta==2.5")
    root = wheels.root(tmp_path / "out")
    assert root.content("opt/packages/beta.py") == tmp_path / "out/beta.py"
    assert not root.holds("opt/packages/bin")


def test_a_wheel_for_the_image_is_taken_and_one_for_another_machine_is_not(shelf: Path, tmp_path: Path) -> None:
    wheel(shelf, "alpha", "1.0", tag="cp312-cp312-manylinux_2_17_x86_64")
    wheel(shelf, "beta", "1.0", tag="cp312-cp312-manylinux_2_18_x86_64")
    assert wheels.fetch(("alpha==1.0",), FACTS, tmp_path / "out") == ("alpha==1.0",)
    with pytest.raises(BackendUnavailable, match="beta==1.0 cannot be fetched: ERROR") as told:
        wheels.fetch(("beta==1.0",), FACTS, tmp_path / "other")
    assert told.value.repair == "name versions that have wheels for Python 3.12 on glibc x86_64"


def test_sources_are_not_built(shelf: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    setup = tmp_path / "gamma-1.0/setup.py"
    setup.parent.mkdir()
    setup.write_text(f"open({str(ran)!r}, 'w')\n")
    with tarfile.open(shelf / "gamma-1.0.tar.gz", "w:gz") as archive:
        archive.add(setup.parent, "gamma-1.0")
    with pytest.raises(BackendUnavailable, match="gamma==1.0 cannot be fetched"):
        wheels.fetch(("gamma==1.0",), FACTS, tmp_path / "out")
    assert not ran.exists()
