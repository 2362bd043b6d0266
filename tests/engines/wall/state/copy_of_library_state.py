# escape: library state by a copy
# expect: guest TypeError
import copy, logging
escaped = copy.deepcopy(logging.getLogger())
