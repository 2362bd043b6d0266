"""Functions and control: functools, contextlib, copy."""

from __future__ import annotations

from .spec import Spec, because, words

SPECS = (
    Spec(
        name="functools",
        names=words(
            """cache cached_property cmp_to_key lru_cache partial partialmethod reduce total_ordering
            WRAPPER_ASSIGNMENTS WRAPPER_UPDATES update_wrapper wraps singledispatch singledispatchmethod"""
        ),
        results=words("_lru_cache_wrapper"),
    ),
    Spec(
        name="contextlib",
        names=words(
            """AbstractAsyncContextManager AbstractContextManager AsyncExitStack ContextDecorator
            AsyncContextDecorator ExitStack aclosing asynccontextmanager closing contextmanager nullcontext suppress"""
        ),
        bases=words(
            "AbstractAsyncContextManager AbstractContextManager ContextDecorator AsyncContextDecorator ExitStack"
        ),
        results=words("_GeneratorContextManager _AsyncGeneratorContextManager"),
    ),
    Spec(name="copy", names=words("Error copy deepcopy"), left_out=because(internals="replace error PyStringMap")),
)
