# escape: the host's stream
# expect: HC102
import sys
class Console:
    def peek(self, stream):
        return stream._sink
escaped = Console().peek(sys.stdout)
