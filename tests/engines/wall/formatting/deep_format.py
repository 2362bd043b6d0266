# escape: a crash by a deeply nested template
# expect: value 'Max string recursion exceeded'
try:
    ("{0:" * 100000 + "}" * 100000).format(1)
except ValueError as e:
    escaped = str(e)
escaped
