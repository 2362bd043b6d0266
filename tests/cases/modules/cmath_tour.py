import cmath

z = 3 + 4j
print(abs(z), cmath.phase(1j), cmath.polar(z), cmath.rect(2, cmath.pi / 2))
for f in (cmath.exp, cmath.log, cmath.log10, cmath.sqrt, cmath.sin, cmath.cos, cmath.tan, cmath.asin, cmath.acosh, cmath.tanh):
    print(f.__name__, f(0.5 + 0.25j))
print(cmath.log(8, 2), cmath.isclose(1 + 1e-12j, 1), cmath.isnan(complex("nan")), cmath.isinf(cmath.infj), cmath.isfinite(z))
print(cmath.e, cmath.tau, cmath.inf, cmath.nanj)
cmath.log(0)
