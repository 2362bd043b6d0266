import re
TOKENS = [("NUM", r"\d+(\.\d+)?"), ("OP", r"[-+*/()]"), ("WS", r"\s+")]
rx = re.compile("|".join(f"(?P<{n}>{p})" for n, p in TOKENS))
def parse(s):
    toks = [(m.lastgroup, m.group()) for m in rx.finditer(s) if m.lastgroup != "WS"]
    pos = 0
    def peek(): return toks[pos][1] if pos < len(toks) else None
    def take():
        nonlocal pos
        pos += 1
        return toks[pos - 1]
    def atom():
        kind, v = take()
        if v == "(":
            r = expr(); take()
            return r
        return float(v)
    def term():
        r = atom()
        while peek() in ("*", "/"):
            r = r * atom() if take()[1] == "*" else r / atom()
        return r
    def expr():
        r = term()
        while peek() in ("+", "-"):
            r = r + term() if take()[1] == "+" else r - term()
        return r
    return expr()
[parse("1 + 2 * 3"), parse("(1+2)*3 - 4/2")]
