# escape: a file outside the cell
# expect: HC401
# control: yes
escaped = open("/etc/passwd").read() != ""
