import os
import shutil
import zipfile

os.makedirs("data/deep")
os.makedirs("data/empty")
for path, text in (("data/a.txt", "hello"), ("data/deep/b.txt", "deeper")):
    with open(path, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
made = shutil.make_archive("out/pack", "zip", "data"), shutil.make_archive("whole", "zip", base_dir="data")
print(os.path.relpath(made[0]), made[1], [sorted(zipfile.ZipFile(each).namelist()) for each in made])
print(shutil.unpack_archive(made[0], "again"), sorted(os.listdir("again")), open("again/deep/b.txt").read())
for wrong in (lambda: shutil.unpack_archive("data/a.txt"), lambda: shutil.make_archive("x", "rar", "data")):
    try:
        wrong()
    except (shutil.ReadError, ValueError) as error:
        print(type(error).__name__, error)
try:
    shutil.unpack_archive("data/a.txt", format="zip")
except shutil.ReadError as error:
    print(error)
print(os.EX_OK, os.terminal_size((80, 24)), shutil.get_terminal_size((70, 20)) > (0, 0))
