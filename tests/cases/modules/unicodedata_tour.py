import unicodedata

for char in "aÄ5½€ ":
    print(repr(char), unicodedata.name(char, None), unicodedata.category(char), unicodedata.bidirectional(char))
print([unicodedata.normalize(form, "Å ﬁ é") for form in ("NFC", "NFD", "NFKC", "NFKD")], unicodedata.is_normalized("NFC", "é"))
print(unicodedata.numeric("½"), unicodedata.digit("5"), unicodedata.decimal("٣"), unicodedata.digit("x", -1))
print(unicodedata.lookup("EURO SIGN"), unicodedata.combining("\u0301"), unicodedata.mirrored("("), unicodedata.east_asian_width("あ"))
print("".join(c for c in unicodedata.normalize("NFD", "Žluťoučký") if not unicodedata.combining(c)))
unicodedata.name("\x00")
