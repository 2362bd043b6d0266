# escape: a class that opens any file
# expect: HC110
# control: yes
open("x.txt", "w").close()
escaped = type(open("x.txt", "rb", 0))("/etc/hostname").read() != b""
