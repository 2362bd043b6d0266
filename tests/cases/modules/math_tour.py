import math
(math.gcd(12, 18), math.lcm(4, 6), math.factorial(10), math.comb(5, 2), math.isclose(0.1 + 0.2, 0.3), math.prod([1, 2, 3]), math.hypot(3, 4), math.inf > 1, math.ceil(-0.5), math.log2(8), math.isqrt(17), round(math.sin(1), 10), math.dist((0, 0), (1, 1)))
