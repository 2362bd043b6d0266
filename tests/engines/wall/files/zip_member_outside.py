# escape: a member that leaves the cell
# expect: value (['tmp'], True)
import io, os, zipfile
data = io.BytesIO()
with zipfile.ZipFile(data, "w") as z:
    z.writestr("../../../tmp/wall-member.txt", "x")
zipfile.ZipFile(data).extractall("out")
sorted(os.listdir("out")), os.path.exists("out/tmp/wall-member.txt")
