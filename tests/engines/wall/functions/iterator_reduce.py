# escape: the builtin behind an iterator
# expect: HC101
# control: yes
escaped = iter([]).__reduce__()[0] is iter
