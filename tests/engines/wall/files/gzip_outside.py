# escape: a file outside the cell
# expect: HC401
import gzip
gzip.GzipFile("/etc/hostname")
