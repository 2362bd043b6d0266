import html
from html.parser import HTMLParser


class Links(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append(("start", tag, dict(attrs), self.getpos()))

    def handle_endtag(self, tag):
        self.found.append(("end", tag))

    def handle_data(self, data):
        if data.strip():
            self.found.append(("data", data))

    def handle_comment(self, data):
        self.found.append(("comment", data))

    def handle_decl(self, decl):
        self.found.append(("decl", decl))


parser = Links()
parser.feed('<!DOCTYPE html><p class="x">a &amp; b<br/><a href="/u?q=1&amp;r">link')
parser.feed("</a></p><!-- note -->")
parser.close()
for each in parser.found:
    print(each)
print(html.escape("<a href='x'>"), html.unescape("&lt;&eacute;&#8364;&amp"))
