import os
os.makedirs("d/e", exist_ok=True)
with open(os.path.join("d", "f.txt"), "w") as f:
    f.write("x" * 10)
tree = [(root, sorted(dirs), sorted(files)) for root, dirs, files in os.walk("d")]
os.rename("d/f.txt", "d/g.txt")
r = (tree, os.listdir("d/e"), os.path.getsize("d/g.txt"), os.path.exists("d/f.txt"), os.path.splitext("a.tar.gz"), os.path.basename("x/y"))
os.remove("d/g.txt")
(r, sorted(os.listdir("d")))
