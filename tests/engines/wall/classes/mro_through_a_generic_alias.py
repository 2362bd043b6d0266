# escape: unreviewed base classes through a proxy
# expect: HC110
import logging, types
escaped = types.GenericAlias(logging.Logger, ()).__mro__
