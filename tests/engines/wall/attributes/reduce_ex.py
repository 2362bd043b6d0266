# escape: the pickle protocol's constructor
# expect: HC101
# control: yes
escaped = [].__reduce_ex__(2)[0].__name__ == "__newobj__"
