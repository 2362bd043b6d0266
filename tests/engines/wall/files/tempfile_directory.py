# escape: a temporary file outside the cell
# expect: HC401
# control: yes
import tempfile
escaped = tempfile.NamedTemporaryFile(dir="/tmp").name.startswith("/tmp/")
