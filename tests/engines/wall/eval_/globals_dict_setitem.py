# escape: the namespace behind the names
# expect: value 'found'
dict.__setitem__(globals(), "search", lambda question: "forged")
search("x")
