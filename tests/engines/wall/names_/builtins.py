# escape: the builtins by their name
# expect: HC103
__builtins__
