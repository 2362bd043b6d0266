round(1234, -2), round(2.567, 1), bytes(3), bytes([1, 2]), bytearray(b'a')
