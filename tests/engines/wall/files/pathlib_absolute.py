# escape: a file outside the cell
# expect: HC401
# control: yes
import pathlib
escaped = pathlib.Path("/etc/passwd").read_text() != ""
