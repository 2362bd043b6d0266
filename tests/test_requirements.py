"""The options that turn skips into failures."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

SKIPS = """
    import pytest
    @pytest.mark.parametrize("reason", [
        "needs backend local: no", "needs backend docker: no", "needs user: root", "needs isolation L3: reaches L2",
        "needs isolation L2: reaches L1", "needs data: no", "holds for guarded engines",
    ])
    def test_it(reason):
        pytest.skip(reason)
"""


@pytest.mark.parametrize(
    ("options", "failed"),
    [
        ([], 0),
        (["--require-backend", "local"], 1),
        (["--require-backend", "local", "--require-backend", "docker"], 2),
        (["--require-user"], 1),
        (["--require-isolation", "L3"], 2),
        (["--require-isolation", "L2"], 1),
        (["--require-isolation", "none"], 0),
        (["--require-data"], 1),
        (["--require-backend", "nothing"], 0),
    ],
)
def test_required_skips_fail(
    options: list[str], failed: int, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).resolve().parents[1]
    monkeypatch.setenv("PYTHONPATH", str(root))
    pytester.makeconftest((root / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(SKIPS)
    outcome = pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)
    outcome.assert_outcomes(failed=failed, skipped=7 - failed)
