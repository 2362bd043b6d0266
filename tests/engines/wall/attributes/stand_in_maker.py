# escape: the host function behind `type`
# expect: guest AttributeError
escaped = type._make
