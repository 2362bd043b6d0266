names = globals()
names[".x"] = 1
names.update({".y": 2})
print(names[".x"], ".y" in names, names.pop(".y"))
del names[".x"]
[name for name in names if name[0] == "."]
