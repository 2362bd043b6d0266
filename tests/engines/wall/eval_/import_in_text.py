# escape: a module in evaluated text
# expect: HC201
exec("import subprocess")
