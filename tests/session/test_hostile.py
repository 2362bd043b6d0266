"""A worker that lies, stalls, floods or dies at any point: a clear error, no hang, the next run works."""

from __future__ import annotations

import os
import select
import signal

import pytest

from executors.cell_executor import CellExecutor
from executors.toolbox import make_toolbox
from sandbox.errors import BackendUnavailable, GuestError, LimitExceeded, ProtocolError, WorkerCrashed
from sandbox.limits import Limits
from sandbox.policy import Policy

from .plain_worker import Plain, plain_executor

IN_RUN = {
    "garbage": "sock.sendall(b'\\xff\\x00{}\\n')",
    "not an object": "sock.sendall(b'[1]\\n')",
    "unknown kind": "send(t='exec', id=1)",
    "a host's frame": "send(t='run', id=1, code='')",
    "hello again": "send(t='hello', proto=1, python='3', digest='', engine='cpython', isolation={})",
    "ok instead of done": "send(t='ok', id=1, data={})",
    "another request's done": "done(2)",
    "two calls at once": "c=dict(t='call', name='tool', args=[], kwargs={}); send(id=1, **c); send(id=1, **c)",
    "a call out of sequence": "send(t='call', id=5, name='tool', args=[], kwargs={})",
    "an endless line": "\nwhile True:\n    sock.sendall(b'x' * 65536)",
    "endless frames": '\nwhile True:\n    sock.sendall(b\'{"t":"event","type":"x","data":{}}\\n\' * 100)',
    "a malformed event": "send(t='event', type='refused', data={'a': [1]})",
    "an unknown event": "send(t='event', type='session.exploded', data={})",
    "a deep frame": "sock.sendall(b'{\"t\":\"done\",\"value\":' + b'[' * 200000 + b'\\n')",
    "part without end": "\nwhile True:\n    send(t='part', i=0, n=2, d='x')",
    "done with a float id": "done(1.0)",
    "done without fields": "send(t='done', id=1)",
    "a value that is none": "done(1, value={'$': 'nope'})",
    "colliding keys": "done(1, value={'$':'dict','v':[[{'$':'int','v':hex(i*(2**61-1))},0] for i in range(1,200)]})",
    "arguments that are none": "send(t='call', id=1, name='tool', args=[{'$': 'nope'}], kwargs={})",
    "an error of no kind": "done(1, error={'kind': 'fatal'})",
}
ENDLESS_FILE = """
while True:
    f = take()
    send(t='ok', id=f['id'], data={'data': 'A' * 174763 + '=', 'size': 1 << 40})
"""
SERVE_RUN = "\ntake()\n{}\nsock.recv(1)\n"


@pytest.mark.parametrize("what", sorted(IN_RUN))
def test_a_broken_protocol_ends_the_worker(what: str) -> None:
    with plain_executor(SERVE_RUN.format(IN_RUN[what]), limits=Limits(wall_s=20)) as executor:
        executor.send_tools({})
        result = executor.run("1")
        assert isinstance(result.error, ProtocolError), result
        assert (result.state, result.value) == ("lost", None)
        assert result.error.recovery == "escalate"
        assert executor._enclosure.workers[0].process.returncode is not None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "act",
    [
        "os._exit(7)",
        "os.kill(os.getpid(), 9)",
        'sock.sendall(b\'{"t":"do\'); os._exit(7)',
        "sock.close(); time.sleep(99)",
    ],
)
def test_a_worker_that_dies_is_a_crash(act: str) -> None:
    with plain_executor(SERVE_RUN.format(act)) as executor:
        result = executor.run("1")
    assert isinstance(result.error, WorkerCrashed)
    assert result.state == "lost"


@pytest.mark.parametrize(
    "act",
    [
        "time.sleep(99)",
        "os.kill(os.getpid(), signal.SIGSTOP)",
        'sock.sendall(b\'{"t":"do\'); time.sleep(99)',
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    ],
)
def test_a_worker_that_stalls_meets_the_deadline(act: str) -> None:
    with plain_executor(SERVE_RUN.format(act), limits=Limits(wall_s=0.2)) as executor:
        result = executor.run("1")
    assert isinstance(result.error, (LimitExceeded, WorkerCrashed))
    assert isinstance(result.error, LimitExceeded) and result.error.limit == "wall_s"
    assert result.usage.wall_s < 10


@pytest.mark.parametrize(
    "act",
    [
        "done(1); time.sleep(99)",
        "send(t='call', id=1, name='big', args=[], kwargs={}); time.sleep(99)",
        "send(t='call', id=1, name='big', args=[], kwargs={})\nwhile True: sock.recv(1); time.sleep(0.01)",
    ],
    ids=["code", "answer", "answer in drops"],
)
def test_a_worker_that_takes_no_bytes_meets_the_deadline_of_the_run(act: str) -> None:
    with plain_executor(SERVE_RUN.format(act), limits=Limits(wall_s=0.3)) as executor:
        executor._session._tools = make_toolbox({"big": lambda: "x" * 8_000_000})
        result = executor.run("1")
        if result.ok:
            result = executor.run("#" * 8_000_000)
    assert isinstance(result.error, LimitExceeded) and result.error.limit == "wall_s"
    assert (result.state, result.usage.wall_s < 5) == ("lost", True)


@pytest.mark.parametrize("data", ["{}", "dict.fromkeys(map(str, range(32)), 'x' * 2048)"], ids=["many", "large"])
def test_a_flood_of_events_is_cut_off(data: str) -> None:
    flood = f"\nwhile True:\n    send(t='event', type='refused', data={data})"
    with plain_executor(SERVE_RUN.format(flood), limits=Limits(wall_s=20)) as executor:
        result = executor.run("1")
    assert isinstance(result.error, ProtocolError) and "more events" in result.error.message
    kept = [event for event in result.events if event.origin == "worker"]
    assert sum(len(str(event.data)) for event in kept) < 8 << 20


def test_a_worker_that_reads_nothing_meets_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("executors.exchange.SEND_S", 0.2)
    with plain_executor("\ntime.sleep(99)") as executor:
        result = executor.run("x" * 4_000_000)
    assert isinstance(result.error, ProtocolError)
    assert result.state == "lost"


@pytest.mark.parametrize(
    "script",
    [
        "os._exit(1)",
        "take(); send(t='hello', proto=2, python='3', digest='', engine='cpython', isolation={})",
        "take(); send(t='hello', proto=1, python='3', digest='', engine='other', isolation={})",
        "take(); send(t='hello', proto=1, python='3', digest='ab', engine='cpython', isolation={})",
        "take(); send(t='fail', id=0, type='ImportError', message='no module')",
        "take(); sock.sendall(b'Welcome\\n')",
        "take(); send(t='done', id=0)",
    ],
)
def test_a_worker_that_does_not_start_is_no_backend(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from . import plain_worker

    head = plain_worker.SCRIPTED.removesuffix("greet()\n")
    monkeypatch.setattr(plain_worker, "SCRIPTED", head)
    enclosure = Plain(script + "\nsock.recv(1)\n")
    with CellExecutor(enclosure, "cpython", Policy(), Limits()) as executor, pytest.raises(BackendUnavailable):
        executor.run("1")
    assert [worker.process.returncode is not None for worker in enclosure.workers] == [True]


def test_a_stalled_start_has_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    from . import plain_worker

    head = plain_worker.SCRIPTED.removesuffix("greet()\n")
    monkeypatch.setattr(plain_worker, "SCRIPTED", head)
    monkeypatch.setattr("executors.link.START_S", 0.2)
    with plain_executor("time.sleep(99)") as executor, pytest.raises(BackendUnavailable, match="does not answer"):
        executor.run("1")


def test_a_request_that_is_answered_wrong_ends_the_worker() -> None:
    with plain_executor("\ntake()\nsend(t='ok', id=9, data={})\nsock.recv(1)\n") as executor:
        with pytest.raises(BackendUnavailable, match="another request"):
            executor.send_variables({"x": 1})


@pytest.mark.parametrize(
    "data",
    [
        "{'data': 'AAAA'}",
        "{'data': 'A', 'size': 3}",
        "{'data': 3, 'size': 3}",
        "{'data': 'AAAA' * 100000, 'size': 3}",
        "{}",
    ],
)
def test_a_piece_of_a_file_that_is_none(data: str) -> None:
    with plain_executor(f"\ntake()\nsend(t='ok', id=1, data={data})\nsock.recv(1)\n") as executor:
        with pytest.raises(ProtocolError):
            executor.files.read("f")


def test_a_file_that_never_ends_is_bounded() -> None:
    with plain_executor(ENDLESS_FILE, limits=Limits(disk_mb=1)) as executor:
        with pytest.raises(LimitExceeded) as caught:
            executor.files.read("f")
    assert caught.value.limit == "disk_mb"


@pytest.mark.parametrize("data", ["{'data': '', 'size': 9}", "{'data': 'AAAA', 'size': 1 << 40}"])
def test_a_piece_that_is_short_is_the_last(data: str) -> None:
    script = f"\nwhile True:\n    f = take()\n    send(t='ok', id=f['id'], data={data})\n"
    with plain_executor(script) as executor:
        assert len(executor.files.read("f")) <= 3


def test_a_worker_that_moves_a_file_slowly_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("executors.files._PATIENCE_S", -1.0)
    with plain_executor(ENDLESS_FILE) as executor:
        with pytest.raises(BackendUnavailable, match="too slowly"):
            executor.files.read("f")
        with pytest.raises(BackendUnavailable, match="too slowly"):
            executor.files.write("f", bytes(1 << 20))


@pytest.mark.parametrize(
    "data",
    [
        "{'kind': 'file', 'size': 1, 'changed': 10**400}",
        "{'kind': 'file', 'size': 1, 'changed': True}",
        "{'kind': 'file', 'size': -1, 'changed': 0}",
        "{'kind': 'file', 'size': 1 << 60, 'changed': 0}",
        "{'kind': 'fifo', 'size': 1, 'changed': 0}",
    ],
)
def test_a_state_of_a_file_that_is_none(data: str) -> None:
    with plain_executor(f"\ntake()\nsend(t='ok', id=1, data={data})\nsock.recv(1)\n") as executor:
        with pytest.raises(ProtocolError):
            executor.files.stat("f")


def test_too_many_file_names_are_none() -> None:
    script = "\ntake()\nsend(t='ok', id=1, data={'names': ['a'] * 10_001})\nsock.recv(1)\n"
    with plain_executor(script) as executor, pytest.raises(ProtocolError):
        executor.files.list()


def test_file_names_from_the_worker_are_judged() -> None:
    names = "['../etc', 'a', '/x', 'a/./b']"
    with plain_executor(f"\ntake()\nsend(t='ok', id=1, data={{'names': {names}}})\nsock.recv(1)\n") as executor:
        assert executor.files.list() == ["a"]
    with plain_executor("\ntake()\nsend(t='ok', id=1, data={'names': 'ab'})\nsock.recv(1)\n") as executor:
        with pytest.raises(ProtocolError):
            executor.files.list()
    rows = "[['../x', 1, '00'], ['/etc/passwd', 1, '00'], ['ok.txt', 1, '00']]"
    with plain_executor(SERVE_RUN.format(f"done(1, artifacts={rows})")) as executor:
        assert [artifact.name for artifact in executor.run("1").artifacts] == ["ok.txt"]


def test_an_undeclared_tool_is_not_called() -> None:
    script = (
        "\ntake()\nsend(t='call', id=1, name='os.system', args=['x'], kwargs={})\na = take()\ndone(1, repr=repr(a))\n"
    )
    with plain_executor(script) as executor:
        result = executor.run("1")
    assert "NameError" in result.value_repr and "value" not in result.value_repr


def test_claims_are_claims() -> None:
    """A forged done may lie about the guest's own answer and about nothing else."""
    error = (
        "dict(kind='guest', type='T', message='m' * 60000, code='', line=1, column=1, recovery='retry', traceback='')"
    )
    with plain_executor(SERVE_RUN.format(f"done(1, error={error}, final=True, value=7)")) as executor:
        result = executor.run("1")
    assert isinstance(result.error, GuestError)
    assert (result.value, result.is_final_answer) == (None, False)
    assert len(result.error.message) < 10_000


def test_output_after_done_belongs_to_nobody() -> None:
    script = """
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
for number in (1, 2):
    take()
    os.write(1, b'in%d' % number)
    done(number)
    signal.sigwait([signal.SIGUSR1])
    os.write(1, b'late')
"""
    with plain_executor(script) as executor:
        first = executor.run("1")
        executor._enclosure.workers[0].process.send_signal(signal.SIGUSR1)  # type: ignore[attr-defined]
        poll = select.poll()
        poll.register(executor._enclosure.workers[0].stdout, select.POLLIN)  # type: ignore[attr-defined]
        assert poll.poll(5000)
        second = executor.run("1")
    assert (first.stdout, second.stdout) == ("in1", "in2")


def test_a_child_that_holds_the_socket_does_not_hide_the_end() -> None:
    with plain_executor(SERVE_RUN.format("os.fork() and os._exit(5)\ntime.sleep(3)")) as executor:
        result = executor.run("1")
    assert isinstance(result.error, WorkerCrashed)
    assert result.error.message == "ended with 5"


def test_a_forked_host_leaves_the_session_alone() -> None:
    with plain_executor() as executor:
        executor.run("x = 5")
        child = os.fork()
        if child == 0:
            code = 1
            try:
                executor.run("x = 6")
            except Exception as error:
                code = 42 if "after fork()" in str(error) else 2
            finally:
                executor.close()
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42
        assert executor.run("x").value == 5
