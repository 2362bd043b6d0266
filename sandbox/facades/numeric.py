"""Numbers (and __future__): math, cmath, statistics, decimal, fractions, numbers, random, colorsys, array."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..widths import MOST_DIGITS
from .gadgets import exact_int
from .runtime import Runtime
from .spec import Spec, words


def _build_math(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def factorial(n: int, /) -> int:
        n = exact_int(n)
        if n > 1000:
            runtime.charge(_product_price(n, n.bit_length()))
        return real.factorial(n)  # type: ignore[no-any-return]

    def comb(n: int, k: int, /) -> int:
        n, k = exact_int(n), exact_int(k)
        if min(k, n - k) > 500:
            runtime.charge(_product_price(min(k, n - k), n.bit_length()))
        return real.comb(n, k)  # type: ignore[no-any-return]

    def perm(n: int, k: int | None = None, /) -> int:
        n, k = exact_int(n), None if k is None else exact_int(k)
        factors = n if k is None else k
        if factors > 500:
            runtime.charge(_product_price(factors, n.bit_length()))
        return real.perm(n, k)  # type: ignore[no-any-return]

    def prod(iterable: Any, /, *, start: Any = 1) -> Any:
        factors = list(iterable)
        bits = sum(each.bit_length() for each in factors if type(each) is int)
        if bits > _FREE_BITS:
            runtime.charge(len(factors) * bits // 64_000)
        return real.prod(factors, start=start)

    def gcd(*integers: Any) -> int:
        _pay_division(runtime, integers)
        return real.gcd(*integers)  # type: ignore[no-any-return]

    def lcm(*integers: Any) -> int:
        _pay_division(runtime, integers)
        return real.lcm(*integers)  # type: ignore[no-any-return]

    def isqrt(n: Any, /) -> int:
        _pay_division(runtime, (n, n))
        return real.isqrt(n)  # type: ignore[no-any-return]

    priced = (factorial, comb, perm, prod, gcd, lcm, isqrt)
    return {function.__name__: function for function in priced}


def _pay_division(runtime: Runtime, numbers: Any) -> None:
    """Pay for dividing numbers by each other: each digit of the one meets each digit of the other."""
    sizes = sorted(each.bit_length() for each in numbers if type(each) is int and each.bit_length() > _FREE_BITS)
    if len(sizes) > 1:
        runtime.charge(sum(sizes[:-1]) * sizes[-1] // _DIGIT_PAIRS)


_DIGIT_PAIRS = 1_000_000
"""Products of bits that one operation buys: a thousand steps of a digit of 30 bits."""


_FREE_BITS = 1 << 14


def _product_price(factors: int, bits: int) -> int:
    """Operations for a product of ``factors`` numbers of ``bits`` bits; multiplication is worse than linear."""
    size = factors * bits // 64
    return size * max(1, size.bit_length() // 2)


def _build_decimal(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def localcontext(ctx: Any = None, **options: Any) -> Any:
        _check_precision(runtime, getattr(ctx, "prec", 0))
        _check_precision(runtime, options.get("prec", 0))
        return real.localcontext(ctx, **options)

    def setcontext(context: Any, /) -> None:
        _check_precision(runtime, getattr(context, "prec", 0))
        real.setcontext(context)

    contexts = {name: getattr(real, name).copy() for name in ("BasicContext", "DefaultContext", "ExtendedContext")}
    return {**contexts, "localcontext": localcontext, "setcontext": setcontext}


def _check_precision(runtime: Runtime, digits: object) -> None:
    if type(digits) is int and digits > MOST_DIGITS:
        runtime.refuse("HC303", f"a decimal precision of {digits} digits")


_RANDOM_FUNCTIONS = words(
    """betavariate binomialvariate choice choices expovariate gammavariate gauss getrandbits getstate lognormvariate
    normalvariate paretovariate randbytes randint random randrange sample seed setstate shuffle triangular uniform
    vonmisesvariate weibullvariate"""
)


def _build_random(real: Any, runtime: Runtime) -> Mapping[str, object]:
    # The library's own functions draw from the process-wide one; where others share the process, guests must not.
    session = real.Random() if runtime.host.in_process else real._inst
    made = {name: getattr(session, name) for name in _RANDOM_FUNCTIONS if hasattr(session, name)}

    def choices(population: Any, weights: Any = None, *, cum_weights: Any = None, k: int = 1) -> Any:
        runtime.prices.room(8 * exact_int(k))
        runtime.charge(exact_int(k) >> 3)
        return session.choices(population, weights, cum_weights=cum_weights, k=k)

    def getrandbits(k: int, /) -> Any:
        runtime.prices.room(exact_int(k) >> 3)
        return session.getrandbits(k)

    def randbytes(n: int) -> Any:
        runtime.prices.room(exact_int(n))
        return session.randbytes(n)

    return made | {"choices": choices, "getrandbits": getrandbits, "randbytes": randbytes}


def _build_secrets(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def sized(name: str) -> Any:
        make = getattr(real, name)

        def token(nbytes: int | None = None) -> Any:
            runtime.prices.room(2 * exact_int(nbytes) if nbytes is not None else 0)
            return make(nbytes)

        token.__name__ = token.__qualname__ = name
        return token

    def randbits(k: int) -> int:
        runtime.prices.room(exact_int(k) >> 3)
        return real.randbits(k)  # type: ignore[no-any-return]

    return {"randbits": randbits} | {name: sized(name) for name in ("token_bytes", "token_hex", "token_urlsafe")}


SPECS = (
    Spec(
        name="__future__",
        names=words(
            """all_feature_names absolute_import annotations barry_as_FLUFL division generator_stop generators
            nested_scopes print_function unicode_literals with_statement"""
        ),
    ),
    Spec(
        name="math",
        names=words(
            """acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh degrees dist e erf erfc exp exp2
            expm1 fabs floor fma fmod frexp fsum gamma hypot inf isclose isfinite isinf isnan ldexp
            lgamma log log10 log1p log2 modf nan nextafter pi pow radians remainder sin sinh sqrt sumprod tan
            tanh tau trunc ulp"""
        ),
        own=words("comb factorial gcd isqrt lcm perm prod"),
        build=_build_math,
    ),
    Spec(
        name="cmath",
        names=words(
            """acos acosh asin asinh atan atanh cos cosh e exp inf infj isclose isfinite isinf isnan log log10 nan
            nanj phase pi polar rect sin sinh sqrt tan tanh tau"""
        ),
    ),
    Spec(
        name="statistics",
        names=words(
            """NormalDist StatisticsError correlation covariance fmean geometric_mean harmonic_mean kde kde_random
            linear_regression mean median median_grouped median_high median_low mode multimode pstdev pvariance
            quantiles stdev variance"""
        ),
        results=words("LinearRegression"),
        bases=words("StatisticsError"),
    ),
    Spec(
        name="decimal",
        names=words(
            """Clamped Context ConversionSyntax Decimal DecimalException DecimalTuple DivisionByZero
            DivisionImpossible DivisionUndefined FloatOperation HAVE_CONTEXTVAR HAVE_THREADS Inexact InvalidContext
            InvalidOperation MAX_EMAX MAX_PREC MIN_EMIN MIN_ETINY Overflow ROUND_05UP ROUND_CEILING ROUND_DOWN
            ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP Rounded Subnormal Underflow getcontext"""
        ),
        own=words("BasicContext DefaultContext ExtendedContext localcontext setcontext"),
        bases=words("Decimal DecimalException"),
        settable={"Context": words("prec rounding Emin Emax capitals clamp")},
        build=_build_decimal,
    ),
    Spec(name="fractions", names=words("Fraction"), bases=words("Fraction")),
    Spec(name="numbers", names=words("Complex Integral Number Rational Real"), bases=words("Complex Integral Number")),
    Spec(
        name="random",
        names=words("Random SystemRandom"),
        own=_RANDOM_FUNCTIONS,
        bases=words("Random"),
        build=_build_random,
    ),
    Spec(name="colorsys", names=words("hls_to_rgb hsv_to_rgb rgb_to_hls rgb_to_hsv rgb_to_yiq yiq_to_rgb")),
    Spec(name="array", names=words("ArrayType array typecodes"), bases=words("array ArrayType")),
    Spec(
        name="secrets",
        names=words("DEFAULT_ENTROPY SystemRandom choice compare_digest randbelow"),
        own=words("randbits token_bytes token_hex token_urlsafe"),
        build=_build_secrets,
    ),
)
