# escape: a file outside the cell
# expect: HC401
escaped = open("../../../../etc/passwd").read()
