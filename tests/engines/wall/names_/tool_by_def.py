# escape: a forged tool
# expect: HC104
def search(question):
    return "forged"
