# escape: a file outside the cell
# expect: HC401
import pathlib
escaped = (pathlib.Path.cwd() / ".." / "etc" / "passwd").read_text()
