# escape: the class builder
# expect: HC103
__build_class__
