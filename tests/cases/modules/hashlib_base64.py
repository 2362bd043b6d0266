import hashlib, base64, binascii, zlib
(hashlib.sha256(b"abc").hexdigest()[:16], hashlib.md5("é".encode()).hexdigest(), base64.b64encode(b"hi\xff"), base64.urlsafe_b64decode("_-8="), binascii.hexlify(b"\x01\x02"), zlib.crc32(b"abc"), zlib.decompress(zlib.compress(b"x" * 50)) == b"x" * 50)
