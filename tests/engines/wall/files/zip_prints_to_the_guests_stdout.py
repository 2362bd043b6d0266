# escape: text on the host's stdout
# expect: value None
import io, zipfile
zipfile.ZipFile(io.BytesIO(), "w").printdir()
