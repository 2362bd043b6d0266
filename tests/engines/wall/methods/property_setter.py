# escape: a library property's function
# expect: HC101
import logging
escaped = logging.Handler.name.fset
