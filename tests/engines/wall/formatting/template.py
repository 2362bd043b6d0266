# escape: string.Template with attributes
# expect: value '${f.__globals__}'
import string
escaped = string.Template("${f.__globals__}").safe_substitute(f=lambda: 0)
escaped
