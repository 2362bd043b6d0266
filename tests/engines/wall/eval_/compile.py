# escape: a code object
# expect: HC302
# control: yes
escaped = compile("1", "x", "eval").co_code != b""
