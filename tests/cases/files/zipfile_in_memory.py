import io, zipfile
b = io.BytesIO()
with zipfile.ZipFile(b, "w") as z:
    z.writestr("a/b.txt", "text")
with zipfile.ZipFile(b) as z:
    r = (z.namelist(), z.read("a/b.txt"))
r
