# escape: an attribute in evaluated text
# expect: HC101
# control: yes
escaped = bool(eval("(lambda: 0).__globals__"))
