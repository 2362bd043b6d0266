s = "  The quick, brown fox  "
(s.strip().split(", "), s.title(), "a-b-c".rsplit("-", 1), "x=1".partition("="), "ß".upper(), "abc".translate(str.maketrans("ab", "xy")),
 "%s is %d and %.1f%%" % ("n", 3, 2.5), "{0}-{name!r}-{0:>3}".format(1, name="q"), "a\tb".expandtabs(4), "Hi".center(6, "."), "abc".removeprefix("a"))
