import os
import tempfile
with tempfile.TemporaryDirectory() as d:
    path = os.path.join(d, "t.txt")
    with open(path, "w") as f:
        f.write("tmp")
    inside = open(path).read()
(inside, os.path.exists(path))
