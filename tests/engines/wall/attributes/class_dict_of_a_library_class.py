# escape: the descriptors of a library class
# expect: HC101
# control: yes
escaped = "__globals__" in vars(type(lambda: 0))
