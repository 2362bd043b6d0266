# escape: string.Formatter
# expect: HC101
# control: yes
import string
escaped = string.Formatter().format("{0.__globals__}", lambda: 0) != ""
