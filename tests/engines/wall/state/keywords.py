# escape: the list of keywords
# expect: value None
# control: yes
import keyword
keyword.kwlist.append("pwned")
escaped = "pwned" in keyword.kwlist
