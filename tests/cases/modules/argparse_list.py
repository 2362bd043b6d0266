import argparse
p = argparse.ArgumentParser(prog="x")
p.add_argument("name")
p.add_argument("-n", type=int, default=1)
p.add_argument("--flag", action="store_true")
a = p.parse_args(["bob", "-n", "3"])
(a.name, a.n, a.flag, vars(a))
