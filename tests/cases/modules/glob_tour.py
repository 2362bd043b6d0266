import fnmatch
import glob
import os

os.makedirs("data/deep")
for name in ("data/a.csv", "data/b.txt", "data/deep/c.csv", ".hidden.csv", "x1.csv", "x2.csv"):
    open(name, "w").close()
print(sorted(glob.glob("*.csv")), sorted(glob.glob("data/*")), sorted(glob.glob("**/*.csv", recursive=True)))
print(sorted(glob.iglob("x[12].csv")), glob.glob("none*"), glob.escape("a[1]*.csv"))
print(sorted(glob.glob("*.csv", root_dir="data")), sorted(glob.glob("**/", recursive=True)))
print(fnmatch.fnmatch("a.csv", "*.csv"), fnmatch.filter(["a.py", "b.txt"], "*.py"), fnmatch.fnmatchcase("A", "a"))
