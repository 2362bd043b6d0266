import os
import pathlib
import shutil

os.makedirs("tree/sub")
pathlib.Path("tree/a.txt").write_text("a" * 10)
pathlib.Path("tree/sub/b.txt").write_text("b")
print(shutil.copy("tree/a.txt", "copy.txt"), shutil.copyfile("copy.txt", "second.txt"), os.path.getsize("second.txt"))
print(shutil.copytree("tree", "other"), sorted(os.listdir("other")), sorted(os.listdir("other/sub")))
print(shutil.move("second.txt", "other/moved.txt"), os.path.exists("second.txt"))
shutil.rmtree("tree")
print(sorted(os.listdir(".")))
with open("copy.txt") as source, open("third.txt", "w") as target:
    shutil.copyfileobj(source, target)
print(pathlib.Path("third.txt").read_text())
try:
    shutil.copyfile("copy.txt", "copy.txt")
except shutil.SameFileError as error:
    print(type(error).__name__)
shutil.rmtree("missing", ignore_errors=True)
shutil.rmtree("missing")
