# escape: leaving the process
# expect: guest SystemExit
# control: yes
escaped = False
try:
    exit(3)
except SystemExit:
    escaped = True
exit(3)
