# escape: the host's stderr
# expect: guest TypeError
# control: yes
import argparse, sys
class W:
    prog = "x"
    def print_usage(self, file):
        self.file = file
    def exit(self, *args):
        pass
w = W()
argparse.ArgumentParser.error(w, "x")
escaped = w.file is sys.stderr
