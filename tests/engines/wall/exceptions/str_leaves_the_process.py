# escape: SystemExit in the text of an exception
# expect: guest E
class E(Exception):
    def __str__(self):
        raise SystemExit(3)
raise E
