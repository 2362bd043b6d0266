from decimal import Decimal, ROUND_HALF_UP, getcontext, localcontext
from fractions import Fraction
price = Decimal("19.995")
with localcontext() as ctx:
    ctx.prec = 5
    third = Decimal(1) / Decimal(3)
(price.quantize(Decimal("0.01"), ROUND_HALF_UP), third, Fraction(1, 3) + Fraction(1, 6), Fraction("0.125"), Decimal("1E+3") + 1, sum([Decimal("0.1")] * 3) == Decimal("0.3"), float(Fraction(1, 4)))
