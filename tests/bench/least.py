"""The least that a worker over the attach stream of a container takes here: no wall, no relay, no limit, no state.

One Python process in a container evaluates what it is sent and may ask the host for one tool; the host says and hears
JSON over the same SDK, engine and image. Nothing of hardcell's own work is in it: what it takes is the engine's, the
kernel's and two Pythons'.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Callable, Iterator

from executors.docker import images, reaper
from executors.docker.client import connect
from executors.docker.options import DockerOptions

Call = Callable[[str], object]

_WORKER = """
import json, os
def say(message):
    os.write(1, json.dumps(message).encode())
def hear():
    return json.loads(os.read(0, 1 << 16))
def add(*values):
    say({"call": values})
    return hear()
while True:
    say({"value": eval(hear())})
"""
_HEADER = 8
"""Bytes before each piece of the engine's stream."""
KEPT_S = 3600
"""``hardcell doctor --reap`` removes it after so many seconds, or when this process has ended."""


@contextlib.contextmanager
def opened() -> Iterator[Call]:
    """A call of such a worker.

    Raises:
        BackendUnavailable: no engine, or no image.
    """
    client = connect()
    image = images.require(client, DockerOptions())
    made = client.containers.create(
        image,
        ["python3", "-I", "-c", _WORKER],
        network_mode="none",
        entrypoint=[],
        stdin_open=True,
        labels=reaper.labels(uuid.uuid4().hex, seconds=KEPT_S),
    )
    response = None
    try:
        response = client.api.attach_socket(made.id, params={"stdin": 1, "stdout": 1, "stream": 1})
        stream = response._sock
        made.start()

        def call(code: str) -> object:
            message: object = code
            while True:
                stream.sendall(json.dumps(message).encode())
                answer = json.loads(stream.recv(1 << 16)[_HEADER:])
                if "value" in answer:
                    return answer["value"]
                message = sum(answer["call"])

        yield call
    finally:
        if response is not None:
            response.close()
        made.remove(force=True)
