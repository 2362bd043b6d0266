from urllib.parse import urlparse, parse_qs, quote, urlencode, urljoin
import html
u = urlparse("https://example.org:8080/a/b?x=1&x=2#f")
(u.netloc, u.port, parse_qs(u.query), quote("a b/é"), urlencode({"k": "v w"}), urljoin("http://h/a/b", "../c"), html.escape("<a&b>"), html.unescape("&lt;&#233;"))
