import struct
p = struct.pack("<HIf", 1, 2, 0.5)
(p, struct.unpack("<HIf", p), struct.calcsize(">Q"), list(struct.iter_unpack(">H", b"\0\1\0\2")))
