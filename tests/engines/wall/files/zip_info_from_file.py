# escape: facts of a file of the host
# expect: HC401
# control: yes
import zipfile
escaped = zipfile.ZipInfo.from_file("/etc/passwd").file_size > 0
