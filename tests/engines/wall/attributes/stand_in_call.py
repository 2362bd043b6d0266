# escape: the host function behind `type`
# expect: HC102
escaped = type._call
