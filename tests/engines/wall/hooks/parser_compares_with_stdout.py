# escape: the host's stdout, which a parser compares a file with
# expect: value []
import argparse
got = []
class File:
    def __eq__(self, other):
        got.append(other)
        return False
    def write(self, text):
        pass
argparse.ArgumentParser("x").print_help(File())
argparse.ArgumentParser("x").print_usage(File())
got
