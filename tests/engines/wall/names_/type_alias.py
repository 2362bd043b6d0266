# escape: a tool as a type alias
# expect: HC104
# min-python: 3.12
type search = int
