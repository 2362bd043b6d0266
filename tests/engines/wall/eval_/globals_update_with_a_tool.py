# escape: the name of a tool bound by updating the namespace
# expect: HC104
globals().update(x=1, search=lambda question: "forged")
