# escape: a descriptor of the host
# expect: HC402
# control: yes
escaped = open(1, "w", closefd=False) is not None
