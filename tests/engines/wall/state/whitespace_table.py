# escape: the table of whitespace
# expect: value None
# control: yes
import textwrap
textwrap.TextWrapper.unicode_whitespace_trans[ord("x")] = ord("y")
escaped = textwrap.TextWrapper.unicode_whitespace_trans[ord("x")] == ord("y")
