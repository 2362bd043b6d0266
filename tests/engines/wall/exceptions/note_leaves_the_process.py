# escape: KeyboardInterrupt in a note
# expect: guest ValueError
class N(str):
    def __str__(self):
        raise KeyboardInterrupt
e = ValueError("x")
e.add_note(N("y"))
raise e
