"""Settings of libraries that the whole process shares: each session in process has its own, and the host keeps its."""

from __future__ import annotations

import decimal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from executors import create_executor
from sandbox.facades.loans import Loan, Loans
from sandbox.policy import Policy

pytest.importorskip("numpy", reason="needs numpy")
pytest.importorskip("pandas", reason="needs pandas")
pytest.importorskip("matplotlib", reason="needs matplotlib")

SETTINGS = {
    "pandas": ("import pandas as pd\npd.set_option('display.max_rows', 5)", "pd.get_option('display.max_rows')", 5, 60),
    "a group of pandas": (
        "import pandas as pd\npd.options.display.html.border = 3",
        "pd.options.display.html.border",
        3,
        1,
    ),
    "matplotlib": (
        "import matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 31",
        "plt.rcParams['figure.dpi']",
        31.0,
        100.0,
    ),
    "a list of matplotlib": (
        "import matplotlib.pyplot as plt\nplt.rcParams['font.serif'].insert(0, 'Mine')",
        "plt.rcParams['font.serif'][0]",
        "Mine",
        "DejaVu Serif",
    ),
    "a style": (
        "import matplotlib.pyplot as plt\nplt.style.use('dark_background')",
        "plt.rcParams['axes.facecolor']",
        "black",
        "white",
    ),
    "figures": ("import matplotlib.pyplot as plt\nplt.figure(7)", "plt.get_fignums()", [7], []),
    "printing of arrays": (
        "import numpy as np\nnp.set_printoptions(precision=2)",
        "str(np.array([1.23456]))",
        "[1.23]",
        "[1.23456]",
    ),
    "errors of arrays": ("import numpy as np\n_ = np.seterr(divide='raise')", "np.geterr()['divide']", "raise", "warn"),
    "decimals": (
        "import decimal\ndecimal.getcontext().prec = 5",
        "str(decimal.Decimal(1) / 3)",
        "0.33333",
        "0.3333333333333333333333333333",
    ),
}


def in_process() -> Any:
    return create_executor("local", policy=Policy.data_science(), enclosure="inprocess", min_isolation="none")


def value(executor: Any, code: str) -> Any:
    result = executor.run(code)
    assert result.error is None, result.error
    return result.value


def seen_by_the_host() -> dict[str, Any]:
    """The same settings, as the host has them."""
    import matplotlib.pyplot
    import numpy
    import pandas

    space = {"pd": pandas, "plt": matplotlib.pyplot, "np": numpy, "decimal": decimal}
    return {name: eval(look, space) for name, (_, look, *_) in SETTINGS.items()}


@pytest.fixture
def host() -> Iterator[dict[str, Any]]:
    """The host has settings of its own before any guest comes."""
    import matplotlib
    import matplotlib.pyplot
    import pandas

    with matplotlib.rc_context({"figure.dpi": 41}), pandas.option_context("display.max_rows", 11):
        matplotlib.pyplot.figure(3)
        yield seen_by_the_host()
        matplotlib.pyplot.close(3)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_stays_with_its_session(name: str, host: dict[str, Any]) -> None:
    code, look, wanted, default = SETTINGS[name]
    with in_process() as one, in_process() as other:
        value(one, code)
        assert seen_by_the_host() == host
        assert value(one, look) == wanted
        assert value(other, f"{code.splitlines()[0]}\n{look}") == default
        assert value(one, look) == wanted
    assert seen_by_the_host() == host


def test_tools_see_the_settings_of_the_host(host: dict[str, Any]) -> None:
    seen: list[dict[str, Any]] = []
    with in_process() as executor:
        executor.send_tools({"look": lambda: seen.append(seen_by_the_host())})
        for code, look, wanted, _ in SETTINGS.values():
            assert value(executor, f"{code}\nlook()\n{look}") == wanted
    assert seen == [host] * len(SETTINGS)


def test_a_failed_run_gives_everything_back(host: dict[str, Any]) -> None:
    with in_process() as executor:
        for code, *_ in SETTINGS.values():
            assert executor.run(f"{code}\n1 / 0").error.type == "ZeroDivisionError"
            assert executor.run("open('/etc/passwd')").error.code == "HC401"
            assert seen_by_the_host() == host


@pytest.mark.parametrize("where", ["jailed", "in process"])
def test_results_are_printed_with_the_settings_of_the_guest(where: str) -> None:
    code = "import numpy as np\nnp.set_printoptions(precision=2)\nx = np.array([1.23456])\nx"
    executor = in_process() if where == "in process" else create_executor("local", policy=Policy.data_science())
    with executor:
        result = executor.run(code)
        assert (result.value_repr, result.variables[-1].repr) == ("array([1.23])", "array([1.23])"), result.error
        assert executor.run("import pandas as pd\npd.set_option('display.precision', 1)").error is None
        assert executor.run("pd.Series([1.23456])").value_repr == "0    1.2\ndtype: float64"


def test_an_option_that_registers_with_a_notebook_is_refused() -> None:
    with in_process() as executor:
        error = executor.run("import pandas as pd\npd.set_option('display.html.table_schema', True)").error
        assert error.code == "HC202"


def test_guests_that_borrow_run_one_after_another() -> None:
    state = ["host"]
    steps: list[str] = []
    first, second = Loans(), Loans()
    begun = threading.Event()

    def put(new: str) -> None:
        state[0] = new

    def borrow(loans: Loans, name: str) -> None:
        begun.set()
        loans.add("library", Loan(lambda: state[0], put), name)
        steps.append(state[0])
        loans.to_host()

    first.add("library", Loan(lambda: state[0], put), "first")
    waiting = threading.Thread(target=borrow, args=(second, "second"))
    waiting.start()
    assert begun.wait(10)
    steps.append(state[0])
    first.to_host()
    waiting.join(10)
    assert steps == ["first", "second"]
    assert state == ["host"]
    first.to_guest()
    assert state == ["first"]
    first.add("library", Loan(lambda: state[0], put), "again")
    first.to_host()
    assert state == ["host"]
