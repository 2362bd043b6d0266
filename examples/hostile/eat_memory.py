# Takes all the memory there is.
hoard = []
while len(hoard) < 4096:
    hoard.append(bytearray(1 << 20))
print("ESCAPED", len(hoard), "MiB")
