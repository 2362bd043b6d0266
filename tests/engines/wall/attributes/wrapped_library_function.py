# escape: an undecorated function of the library
# expect: value 'nothing'
import re, contextlib
class C:
    w = contextlib.contextmanager
escaped = getattr(contextlib.ExitStack().enter_context, "__wrapped__", None) or "nothing"
escaped
