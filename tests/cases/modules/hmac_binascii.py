import binascii
import hashlib
import hmac

code = hmac.new(b"key", b"message", hashlib.sha256)
print(code.hexdigest(), code.name, code.digest_size, code.block_size, hmac.digest(b"key", b"message", "sha1").hex())
code.update(b" more")
print(code.copy().hexdigest(), hmac.compare_digest(code.digest(), code.digest()), hmac.compare_digest("a", "b"))
print(binascii.hexlify(b"\x01\xff"), binascii.unhexlify("01ff"), binascii.b2a_hex(b"ab", "-"), binascii.a2b_hex("6162"))
print(binascii.b2a_base64(b"data"), binascii.a2b_base64(b"ZGF0YQ=="), binascii.crc32(b"data"), binascii.crc_hqx(b"data", 0))
try:
    binascii.unhexlify("0g")
except binascii.Error as error:
    print(error)
binascii.a2b_base64(b"a")
