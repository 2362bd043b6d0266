# escape: an object turned into another class' instance
# expect: guest ValueError
# control: yes
import argparse
class A:
    pass
parser = argparse.ArgumentParser()
group = parser.add_argument_group("x")
group.add_argument("--x", dest="__class__", default=A)
action = group.add_argument("--y", dest="__class__")
namespace = argparse.Namespace()
action(parser, namespace, A)
escaped = type(namespace) is A
