# escape: the builtins by their name
# expect: HC103
# control: yes
escaped = __builtins__ is not None
