# escape: a refusal swallowed in a comparison
# expect: HC101
class A:
    def __eq__(self, other):
        try:
            getattr(int, "__subclasses__")
        finally:
            return True
[A()] == [1]
escaped = "went on"
