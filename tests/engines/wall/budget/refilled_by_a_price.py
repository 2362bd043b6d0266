# escape: a budget refilled by a number that lies
# expect: limit ops
import hashlib
class Price(int):
    def __gt__(self, other):
        return other == 0
    def __radd__(self, other):
        return 0
while True:
    hashlib.pbkdf2_hmac("sha1", b"a", b"b", Price(1))
