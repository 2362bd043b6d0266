# escape: the host function behind a tool
# expect: HC102
class Tool:
    def peek(self, tool):
        return tool.__call
escaped = Tool().peek(search)
