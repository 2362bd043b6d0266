# Reads the host's password file.
print("ESCAPED", open("/etc/passwd").read()[:60])
