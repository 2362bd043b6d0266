"""Figures become artifacts, images travel, on every backend that has them."""

from __future__ import annotations

from typing import Any

import pytest

from executors import create_executor
from executors.base import Executor
from sandbox.errors import EncodeError
from sandbox.limits import Limits
from sandbox.policy import Policy
from sandbox.values import Opaque
from tests.conftest import Backend

pytest.importorskip("matplotlib", reason="matplotlib is not installed")
Image: Any = pytest.importorskip("PIL.Image", reason="Pillow is not installed")

DRAWN = "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.plot([1, 2])\n"
LIMITS = Limits(wall_s=30)


def _need_matplotlib(executor: Executor) -> None:
    """Skips where a session's image has none."""
    if executor.run("import matplotlib").error is not None:
        pytest.skip("the session has no matplotlib")


def test_figures_become_artifacts(backend: Backend) -> None:
    with backend.make(policy=Policy.data_science(), limits=LIMITS) as executor:
        _need_matplotlib(executor)
        result = executor.run(DRAWN + "figure").raise_for_error()
        assert result.value == Opaque(
            type="Figure",
            repr="<Figure size 640x480 with 1 Axes>",
            path="value",
            reason="a figure does not travel; it is the artifact .figures/figure-1.png",
        )
        assert [artifact.name for artifact in result.artifacts] == [".figures/figure-1.png"]
        assert result.artifacts[0].read()[:8] == b"\x89PNG\r\n\x1a\n"
        shown = executor.run("plt.show()\nplt.get_fignums()").raise_for_error()
        assert shown.value == [] and [artifact.name for artifact in shown.artifacts] == [".figures/figure-2.png"]


def test_figure_as_final_answer_is_an_error_that_names_its_artifact(backend: Backend) -> None:
    with backend.make(policy=Policy.data_science(), limits=LIMITS) as executor:
        _need_matplotlib(executor)
        result = executor.run(DRAWN + "final_answer(figure)")
        assert result.error is not None and result.error.type == "EncodeError"
        assert ".figures/figure-1.png" in result.error.message and not result.is_final_answer


def test_image_travels_into_the_jail_and_out_of_it() -> None:
    sent = Image.new("RGB", (5, 4), (1, 2, 3))
    with create_executor(
        "local", engine="cpython", policy=Policy.standard(imports=["PIL.*"]), limits=LIMITS
    ) as executor:
        executor.send_tools({"echo": lambda image: image})
        executor.send_variables({"image": sent})
        code = "import PIL.Image\nimage.save('a.png')\n[echo(PIL.Image.open('a.png')), image.convert('L')]"
        same, grey = executor.run(code).raise_for_error().value
    assert same.tobytes() == sent.tobytes() and grey.mode == "L"


def test_session_without_the_package_refuses_the_value() -> None:
    with create_executor("local", limits=LIMITS) as executor:
        with pytest.raises(EncodeError, match="a value of PIL, which this session does not have"):
            executor.send_variables({"image": Image.new("L", (1, 1))})
        executor.send_tools({"give": lambda: Image.new("L", (1, 1))})
        result = executor.run(
            "try:\n    give()\nexcept ToolError as error:\n    text = str(error)\ntext"
        ).raise_for_error()
    assert "what give returned cannot enter the cell: a value of PIL" in result.value
