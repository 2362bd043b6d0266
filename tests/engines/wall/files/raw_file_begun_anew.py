# escape: another file through a raw file
# expect: HC101
# control: yes
open("x.txt", "w").close()
f = open("x.txt", "rb", 0)
f.__init__("/etc/hostname")
escaped = f.read() != b""
