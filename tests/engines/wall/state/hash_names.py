# escape: the set of hash functions
# expect: value None
import hashlib
hashlib.algorithms_available.clear()
