import os
from pathlib import Path

path = Path("a.txt")
path.write_text("x")
path.chmod(0o600)
print(oct(path.stat().st_mode & 0o777), path.is_mount(), path.is_socket(), path.is_fifo(), path.is_block_device())
print(Path("none").is_mount(), Path("none").is_char_device(), path.stat().st_ino == next(os.scandir(".")).inode())
Path("deep").mkdir()
path.chmod(0o640)
print(oct(path.stat().st_mode & 0o777), sorted(str(each) for each in Path(".").iterdir()))
