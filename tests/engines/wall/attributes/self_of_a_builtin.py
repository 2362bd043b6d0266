# escape: the module `builtins`
# expect: HC101
# control: yes
escaped = print.__self__.__name__ == "builtins"
