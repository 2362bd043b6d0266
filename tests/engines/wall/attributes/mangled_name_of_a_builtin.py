# escape: the host function behind a builtin
# expect: HC102
class GuestBuiltin:
    def peek(self, function):
        return function.__call
escaped = GuestBuiltin().peek(eval)
