import re
text = "2024-01-15 ERROR disk full; 2024-02-03 WARN cpu hot"
pattern = re.compile(r"(?P<date>\d{4}-\d\d-\d\d) (?P<level>\w+) (?P<msg>[^;]+)")
(re.findall(r"\d+", "a1b22"), [m.groupdict() for m in pattern.finditer(text)], re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.sub(r"\d", lambda m: str(int(m[0]) * 2), "a1b2"), re.split(r"[,;]\s*", "a, b;c"), bool(re.fullmatch(r"[a-z]+", "abc1")), re.match("x", "y"), re.escape("a.b"), re.search("b", "abc").span())
