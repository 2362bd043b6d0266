import decimal
import fractions
import numbers

for value in (1, True, 1.5, 2j, fractions.Fraction(1, 2), decimal.Decimal(1), "1"):
    kinds = (numbers.Number, numbers.Complex, numbers.Real, numbers.Rational, numbers.Integral)
    print(type(value).__name__, [isinstance(value, kind) for kind in kinds])
print(issubclass(int, numbers.Integral), numbers.Integral.__mro__[1].__name__)
numbers.Number
numbers.Integral()
