b = bytearray(b"abc")
b[0] = 120
b += b"\x00\xff"
(bytes(b), b.hex(), b"a" in b"cat", bytes([65, 66]), "é".encode(), b"\xc3\xa9".decode("utf-8"), b"%d" % 5, bytes(3))
