"""Zygotes that cannot be had: nothing of them is left on the host."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any, NoReturn

import psutil  # type: ignore[import-untyped]
import pytest

from executors.zygote_process import Zygote
from sandbox.jail.profile import Profile

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail needs Linux")


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("function", ["os.pidfd_open", "socket.socket.dup"])
def test_without_a_descriptor_for_it_the_keeper_ends(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> NoReturn:
        raise OSError(errno.EMFILE, "Too many open files")

    processes, descriptors = psutil.Process().children(), os.listdir("/proc/self/fd")
    monkeypatch.setattr(f"executors.zygote_process.{function}", full)
    with pytest.raises(OSError, match="Too many open files"):
        Zygote(Profile())
    monkeypatch.undo()
    assert (psutil.Process().children(), os.listdir("/proc/self/fd")) == (processes, descriptors)
