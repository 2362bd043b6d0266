# escape: the table of HTML entities
# expect: value None
# control: yes
import html, html.entities
html.entities.html5["pwned;"] = "x"
escaped = html.unescape("&pwned;") == "x"
