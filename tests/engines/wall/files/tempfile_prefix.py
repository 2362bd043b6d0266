# escape: a temporary file outside the cell
# expect: HC401
import tempfile
tempfile.NamedTemporaryFile(prefix="/tmp/wall-")
