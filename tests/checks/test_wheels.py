"""Two wheels from the one tree: exactly their packages inside, and both usable beside openai-agents."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def build(project: Path, into: Path) -> Path:
    """The wheel of ``project``, made with the build backend of this environment."""
    before = set(into.glob("*.whl"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(into), str(project)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (made,) = set(into.glob("*.whl")) - before
    return made


def copy_of_the_tree(destination: Path) -> Path:
    """The files under version control, so that a build leaves nothing in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, destination / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    return destination


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    tree = copy_of_the_tree(tmp_path_factory.mktemp("tree"))
    out = tmp_path_factory.mktemp("wheels")
    return {"hardcell": build(tree, out), "hardcell-agents": build(tree / "agents", out)}


def contents(wheel: Path) -> set[str]:
    """Names in the wheel without its metadata folder."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def in_tree(*packages: str) -> set[str]:
    """Every Python file of these packages."""
    return {str(path.relative_to(ROOT)) for package in packages for path in (ROOT / package).rglob("*.py")}


def test_hardcell_holds_sandbox_and_executors(wheels: dict[str, Path]) -> None:
    names = contents(wheels["hardcell"])
    assert {name for name in names if name.endswith(".py")} == in_tree("sandbox", "executors")
    assert {name.split("/")[0] for name in names} == {"sandbox", "executors"}


def test_hardcell_holds_every_escape_case(wheels: dict[str, Path]) -> None:
    cases = ROOT / "executors" / "testing" / "escapes" / "cases"
    names = {str(path.relative_to(ROOT)) for path in cases.rglob("*.toml")}
    assert names <= contents(wheels["hardcell"])
    assert f"{cases.relative_to(ROOT)}/families.toml" in names


def test_agents_wheel_holds_agents(wheels: dict[str, Path]) -> None:
    names = contents(wheels["hardcell-agents"])
    assert {name for name in names if name.endswith(".py")} == in_tree("agents")
    assert {name.split("/")[0] for name in names} == {"agents"}


def test_wheels_agree_on_python_and_version(wheels: dict[str, Path]) -> None:
    projects = [tomllib.loads((ROOT / where / "pyproject.toml").read_text())["project"] for where in (".", "agents")]
    assert projects[0]["requires-python"] == projects[1]["requires-python"] == ">=3.11"
    assert projects[0]["version"] == projects[1]["version"]
    assert {wheel.name.split("-")[1] for wheel in wheels.values()} == {projects[0]["version"]}


def test_hardcell_lives_beside_openai_agents(wheels: dict[str, Path], tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = str(tmp_path / "env/bin/python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*install, str(wheels["hardcell"]), "openai-agents"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    code = (
        "import agents, executors, sandbox\n"
        "from importlib.metadata import distribution\n"
        "print(agents.Runner.__name__, executors.create_executor.__name__)\n"
        "print('agents/__init__.py' in {str(f) for f in distribution('openai-agents').files})\n"
    )
    done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("Runner create_executor\nTrue\n", 0), done.stderr
