# escape: a forged tool
# expect: HC104
# control: yes
search = lambda question: "forged"
escaped = search("x") == "forged"
