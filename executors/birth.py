"""A copy of a worker's process between the moment it is asked for and the moment it is believed.

Invariants: a copy's pid comes from the kernel with its first byte, and is believed only while its parent is known to
be the process that was asked to fork; who asks has all descriptors that a copy needs before the worker is told.
"""

from __future__ import annotations

import array
import os
import select
import socket
import struct
import time
from collections.abc import Callable

from sandbox.copies import READY

from .copying import NoCopy
from .process import Process
from .pulse import LOOK_S, Pulse

FORK_S, WORK_S, GRACE_S = 5.0, 1.0, 0.5
"""How long a copy may take to begin, how much CPU time its parent, and how long a copy is waited for whose parent has
answered already. ``FORK_S`` is for machines on which others leave it no time."""
_CREDENTIALS = struct.Struct("=iii")
_MORE_DESCRIPTORS = 3


class Birth:
    """A copy on its way. ``arrive`` or ``give_up`` ends it."""

    def __init__(
        self, original: Process, frames: socket.socket, request: Callable[[], bytes], passed: list[int], work_s: float
    ) -> None:
        """Ask ``original`` over its stream ``frames``. ``request`` is called for the bytes when there is room for all
        that a copy needs here; ``passed``: what the copy or its parent gets beside its stream; ``work_s``: the CPU
        seconds that its parent may spend on it.

        Raises:
            NoCopy: it could not be asked.
        """
        self._original = original
        self._asked_over = frames
        self._work_s = work_s
        self._frames, theirs = _socket_pair()
        try:
            self._frames.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno(), *passed]))]
            data = request()
            if frames.sendmsg([data], rights, socket.MSG_NOSIGNAL) != len(data):
                raise NoCopy("the worker reads nothing")
        except OSError as error:
            self.give_up()
            raise NoCopy(f"the worker cannot be asked: {error}") from None
        except BaseException:
            self.give_up()
            raise
        finally:
            theirs.close()

    def arrive(self) -> tuple[Process, socket.socket]:
        """The copy's process and its stream, which are the caller's now.

        Raises:
            NoCopy: there is none; the worker has said why on its own stream, or nothing in time.
        """
        try:
            self._await()
            return self._believe(), self._frames
        except BaseException:
            self.give_up()
            raise

    def give_up(self) -> None:
        """Let go of it: a copy that nobody speaks to ends by itself. Idempotent."""
        self._frames.close()

    def _await(self) -> None:
        poll = select.poll()
        poll.register(self._frames, select.POLLIN)
        poll.register(self._asked_over, select.POLLIN)
        ends = time.monotonic() + FORK_S
        pulse = Pulse(self._original, self._work_s)
        while True:
            ready = {fd for fd, _ in poll.poll(LOOK_S * 1000)}
            if self._frames.fileno() in ready:
                return
            if ready:
                # The parent has answered before the copy could say anything, or there will be none.
                poll.unregister(self._asked_over)
                if poll.poll(GRACE_S * 1000):
                    return
                raise NoCopy("the worker made none")
            if time.monotonic() > ends or not pulse.beats():
                raise NoCopy("the worker did not copy itself in time")

    def _believe(self) -> Process:
        data, ancillary, _, _ = self._frames.recvmsg(len(READY), socket.CMSG_SPACE(_CREDENTIALS.size))
        pids = [
            _CREDENTIALS.unpack(payload)[0]
            for level, kind, payload in ancillary
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
        ]
        if not data:
            raise NoCopy("the worker made none")
        if data != READY or len(pids) != 1 or pids[0] <= 0:
            raise NoCopy("the copy did not begin as one does", made=True)
        self._frames.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        try:
            process = Process(os.pidfd_open(pids[0]), pids[0])
        except OSError as error:
            raise NoCopy(f"the copy cannot be held: {error}", made=True) from None
        if process.parent() != self._original.pid or self._original.ended():
            process.close()
            raise NoCopy("the copy is not the worker's own child", made=True)
        return process


def _socket_pair() -> tuple[socket.socket, socket.socket]:
    """The two ends of a copy's stream, and the certainty that there is room for the other descriptors of a copy.

    Raises:
        NoCopy: there is none.
    """
    try:
        ours, theirs = socket.socketpair()
    except OSError as error:
        raise NoCopy(f"no descriptors for a copy: {error}") from None
    more: list[int] = []
    try:
        for _ in range(_MORE_DESCRIPTORS):
            more.append(os.dup(ours.fileno()))
    except OSError as error:
        ours.close()
        theirs.close()
        raise NoCopy(f"no descriptors for a copy: {error}") from None
    finally:
        for descriptor in more:
            os.close(descriptor)
    return ours, theirs
