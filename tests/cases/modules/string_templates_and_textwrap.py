import string, textwrap
t = string.Template("Dear $name, you owe $$${amount}")
(t.substitute(name="A", amount=5), string.ascii_lowercase[:5], textwrap.dedent("  a\n    b\n  c"), textwrap.fill("the quick brown fox jumps", 10), textwrap.shorten("hello big world", 10), string.capwords("ab cd"))
