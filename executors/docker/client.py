"""The connection to a Docker engine, and its failures in our own words.

Invariants: one client an engine and process, never used in a forked child of the process that made it; every failure of
the SDK or its transport comes out as ``BackendUnavailable``, which says what was tried and what to do instead.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.errors import BackendUnavailable

if TYPE_CHECKING:
    import docker

_Error = TypeVar("_Error", bound=BaseException)
INSTALL = "pip install 'hardcell[docker]'"
TIMEOUT_S = 60
_START = "start it (`systemctl start docker`), or name a running one with docker_host= or DOCKER_HOST"
_MAY_NOT = (
    "let this user in (`usermod -aG docker USER`, then log in again), or name a rootless engine with docker_host="
)
_STUCK = "the engine is stuck or overloaded; see its log, or restart it"


def connect(docker_host: str | None = None) -> docker.DockerClient:
    """A client of the engine at ``docker_host``, else DOCKER_HOST, else the current context of the docker command.

    Raises:
        BackendUnavailable: the SDK is not installed, or no engine answers there, or this user may not speak to it.
    """
    try:
        import docker  # noqa: F401
    except ImportError:
        raise BackendUnavailable("the package docker is not installed", repair=INSTALL) from None
    return _connected(docker_host or os.environ.get("DOCKER_HOST") or _host_of_context(), os.getpid())


@functools.lru_cache(maxsize=16)
def _connected(host: str, process: int) -> docker.DockerClient:
    import docker

    with translated(f"the Docker engine at {host or 'the usual socket'}"):
        if host:
            return docker.DockerClient(base_url=host, timeout=TIMEOUT_S, **_tls())
        return docker.from_env(timeout=TIMEOUT_S)


def _tls() -> dict[str, Any]:
    """The certificates that the docker command would use; see DOCKER_TLS_VERIFY in its documentation."""
    from docker.utils import kwargs_from_env

    found: dict[str, Any] = kwargs_from_env()
    return {"tls": found["tls"]} if "tls" in found else {}


def _host_of_context() -> str:
    """Where the docker command would connect; empty for its default."""
    from docker.context import ContextAPI

    with contextlib.suppress(Exception):
        context = ContextAPI.get_current_context()
        return str(context.Host or "") if context is not None and context.Name != "default" else ""
    return ""


def failures() -> tuple[type[Exception], ...]:
    """What the SDK and its transport raise when an engine refuses or is gone."""
    import docker.errors
    import requests.exceptions

    return docker.errors.DockerException, requests.exceptions.RequestException, OSError


@contextlib.contextmanager
def translated(act: str) -> Iterator[None]:
    """What fails inside is a ``BackendUnavailable`` that names the ``act``.

    Raises:
        BackendUnavailable
    """
    import docker.errors
    import requests.exceptions
    import urllib3.exceptions

    try:
        yield
    except docker.errors.ImageNotFound as error:
        raise BackendUnavailable(
            f"{act}: there is no such image here, and none is ever pulled: {_text(error)}",
            repair="build it: hardcell image build",
        ) from None
    except (docker.errors.DockerException, requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        # While it connects, the SDK wraps what it or its transport raised once more.
        if (refused := _behind(error, docker.errors.APIError)) is not None:
            text = _text(refused)
            raise BackendUnavailable(f"{act}: the engine refused: {text}", repair=_repair_of(text)) from None
        if _behind(error, requests.exceptions.ReadTimeout) is not None:
            raise BackendUnavailable(f"{act}: no answer within {TIMEOUT_S} s", repair=_STUCK) from None
        cause = _os_error(error)
        if cause is None:
            raise BackendUnavailable(f"{act}: {_text(error)}", repair=_START) from None
        if cause.errno in (errno.EACCES, errno.EPERM):
            raise BackendUnavailable(f"{act}: permission denied on its socket", repair=_MAY_NOT) from None
        raise BackendUnavailable(f"{act}: nobody answers: {cause.strerror or cause}", repair=_START) from None
    except OSError as error:
        raise BackendUnavailable(f"{act}: {error.strerror or error}", repair=_START) from None


def _text(error: Exception) -> str:
    """What the engine said, on one line."""
    said = getattr(error, "explanation", None) or str(error)
    return " ".join(str(said).split())[:500]


def _repair_of(said: str) -> str:
    said = said.lower()
    if "unknown or invalid runtime" in said or "unknown runtime" in said:
        return "leave runtime= out, or add that runtime to the engine's configuration"
    return "see the engine's log; `hardcell doctor` shows what it can do"


def _os_error(error: BaseException) -> OSError | None:
    """The system's own error behind those of three libraries, if there is one."""
    return _behind(error, OSError, lambda found: found.errno is not None)


def _behind(
    error: BaseException, kind: type[_Error], holds: Callable[[_Error], bool] = lambda _: True
) -> _Error | None:
    """The error itself, or the first behind it, that is of this kind."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or not isinstance(one, BaseException):
            continue
        seen.add(id(one))
        if isinstance(one, kind) and holds(one):
            return one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return None
