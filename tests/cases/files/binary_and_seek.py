with open("b.bin", "wb") as f:
    f.write(bytes(range(5)))
with open("b.bin", "rb+") as f:
    f.seek(2)
    f.write(b"\xff")
    f.seek(0)
    data = f.read()
    where = f.tell()
(data, where)
