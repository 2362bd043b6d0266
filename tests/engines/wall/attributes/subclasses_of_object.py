# escape: the list of all classes
# expect: HC101
# control: yes
escaped = len(().__class__.__base__.__subclasses__()) > 10
