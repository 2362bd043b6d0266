# escape: a file past the gate by partial
# expect: HC401
import functools
functools.partial(open, "/etc/hostname")()
