"""How failures of an engine are told: one that refuses, is stuck, may not be spoken to, or goes away."""

from __future__ import annotations

import http.server
import json
import os
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from executors import create_executor
from executors.docker import client
from executors.docker.client import connect
from sandbox.errors import BackendUnavailable, WorkerCrashed
from sandbox.limits import Limits
from tests.docker.engine_here import engine
from tests.docker.proxies import Proxy

pytest.importorskip("docker", reason="needs backend docker: the package docker is not installed")
Answer = Callable[[http.server.BaseHTTPRequestHandler], None]
Answering = Callable[[Answer], str]
ROOT = Path(__file__).parents[2]
# Imports come first: another user may not be able to read them.
_CONNECT_AS_NOBODY = """
import os, sys
import docker, docker.context
from executors.docker.client import connect
from sandbox.errors import BackendUnavailable
os.setresuid(65534, 65534, 65534)
try:
    connect(sys.argv[1])
except BackendUnavailable as error:
    print(f"{error.message}|{error.repair}", end="")
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """Of a socket: the name may have 107 bytes, and a folder of pytest's may be longer."""
    with tempfile.TemporaryDirectory(prefix="hc-", dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder, "s")


@pytest.fixture
def answering(place: Path) -> Iterator[Answering]:
    """Starts a server whose every answer is as given; gives its address."""
    servers: list[socketserver.BaseServer] = []

    def start(answer: Answer) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        servers.append(socketserver.ThreadingUnixStreamServer(str(place), Handler))
        threading.Thread(target=servers[0].serve_forever).start()
        return f"unix://{place}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_an_engine_that_refuses(answering: Answering) -> None:
    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        body = json.dumps({"message": "no\n  room"}).encode()
        request.send_response(500)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    address = answering(answer)
    with pytest.raises(BackendUnavailable) as caught:
        connect(address)
    assert caught.value.message == f"the Docker engine at {address}: the engine refused: no room"
    assert "hardcell doctor" in caught.value.repair


def test_an_engine_that_is_stuck(answering: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "TIMEOUT_S", 0.2)
    given_up = threading.Event()
    address = answering(lambda request: (given_up.wait(60), None)[1])
    with pytest.raises(BackendUnavailable) as caught:
        connect(address)
    given_up.set()
    assert caught.value.message == f"the Docker engine at {address}: no answer within 0.2 s"
    assert "restart it" in caught.value.repair


def test_a_socket_that_this_user_may_not_use(place: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs user root, who can become another")
    with socketserver.UnixStreamServer(str(place), socketserver.BaseRequestHandler):
        os.chmod(place, 0o600)
        command = [sys.executable, "-c", _CONNECT_AS_NOBODY, f"unix://{place}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=ROOT)
    message, _, repair = done.stdout.partition("|")
    assert message == f"the Docker engine at unix://{place}: permission denied on its socket"
    assert repair.startswith("let this user in")


def test_an_engine_that_goes_away_during_a_run_and_comes_back(place: Path) -> None:
    engine()
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not host.startswith("unix://"):
        pytest.skip("needs an engine with a socket of its own, to put a proxy before it")
    opened = create_executor("docker", docker_host=f"unix://{place}", limits=Limits(wall_s=60))
    with Proxy(place, host.removeprefix("unix://")) as proxy, opened as executor:
        executor.send_tools({"cut": proxy.cut})
        assert executor.run("x = 1\nx").value == 1
        result = executor.run("cut()\nwhile True: pass")
        assert isinstance(result.error, WorkerCrashed) and "the Docker engine is gone" in result.error.message
        assert result.state == "lost"
        with pytest.raises(BackendUnavailable, match="nobody answers"):
            executor.run("1")
        proxy.open()
        assert executor.run("'x' in globals()").value is False
