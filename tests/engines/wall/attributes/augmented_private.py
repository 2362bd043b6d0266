# escape: a private attribute of a library object, handed to the other operand of an augmented assignment
# expect: HC102
import fractions


class Take:
    def __radd__(self, other):
        global escaped
        escaped = other
        raise ZeroDivisionError


fraction = fractions.Fraction(1, 2)
fraction._numerator += Take()
