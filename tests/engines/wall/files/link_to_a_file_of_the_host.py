# escape: a link in the cell that leads out of it
# expect: HC202
import pathlib

pathlib.Path("link").symlink_to("/etc/hostname")
