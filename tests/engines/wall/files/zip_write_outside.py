# escape: a file written outside the cell
# expect: HC401
import zipfile
zipfile.ZipFile("/tmp/wall-made.zip", "w")
