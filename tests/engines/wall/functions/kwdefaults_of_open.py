# escape: objects behind the file layer
# expect: guest AttributeError
escaped = open.__kwdefaults__
