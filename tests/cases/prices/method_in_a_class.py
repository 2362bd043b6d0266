class P(str): pad = str.ljust
P('a').pad(3)
