import io
f = io.StringIO("l1\nl2\nl3")
first = f.readline()
rest = [line.rstrip() for line in f]
b = io.BytesIO()
b.write(b"abc"); b.seek(1)
with io.StringIO() as g:
    print("to file", 5, file=g)
    text = g.getvalue()
(first, rest, b.read(), text)
