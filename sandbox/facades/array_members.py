"""numpy: what guests reach on arrays, scalars, dtypes, universal functions and generators.

Left out are what hands raw memory around (``data``, ``ctypes``, ``setflags``, ``resize``, which frees memory that
views still use), what opens files (``tofile``, ``dump``) and what unpickles.
"""

from __future__ import annotations

import importlib
from typing import Any

from . import registry
from .listed import Listed
from .runtime import Runtime
from .spec import words

_ARRAY = words(
    """T all any argmax argmin argpartition argsort astype byteswap choose clip compress conj conjugate copy cumprod
    cumsum device diagonal dot dtype fill flags flat flatten imag item itemsize mT max mean min nbytes ndim nonzero
    partition prod ptp put ravel real repeat reshape round searchsorted shape size sort squeeze std strides sum
    swapaxes take tobytes tolist trace transpose var view"""
)


def _reviewed_class(runtime: Runtime, value: Any, native: Any) -> Any:
    """A class that an attribute names, when guests may hold it."""
    if not (isinstance(native, type) and registry.is_reviewed(native)) and native is not object:
        runtime.refuse("HC110", f"class {getattr(native, '__name__', 'of this dtype')!r}")
    return native


def holds_objects(value: Any) -> bool:
    """Whether the memory of this value is that of an array of object pointers."""
    numpy: Any = importlib.import_module("numpy")

    return isinstance(value, (numpy.ndarray, numpy.generic)) and value.dtype.hasobject


def new_array(shape: Any, dtype: Any = float, buffer: Any = None, *rest: Any, **options: Any) -> Any:
    """``numpy.ndarray(...)``, but that bytes are never taken for object pointers.

    Raises:
        TypeError: a buffer and a dtype with objects in it.
    """
    numpy: Any = importlib.import_module("numpy")

    wanted = numpy.dtype(dtype)
    if buffer is not None and (wanted.hasobject or holds_objects(buffer)):
        raise TypeError("cannot construct an array of objects from a buffer")
    return numpy.ndarray(shape, wanted, buffer, *rest, **options)


GENERATOR = words(
    """beta binomial bytes chisquare choice dirichlet exponential f gamma geometric gumbel hypergeometric integers
    laplace logistic lognormal logseries multinomial multivariate_hypergeometric multivariate_normal negative_binomial
    noncentral_chisquare noncentral_f normal pareto permutation permuted poisson power random rayleigh shuffle spawn
    standard_cauchy standard_exponential standard_gamma standard_normal standard_t triangular uniform vonmises wald
    weibull zipf"""
)
RANDOM_STATE = words(
    """beta binomial bytes chisquare choice dirichlet exponential f gamma geometric get_state gumbel hypergeometric
    laplace logistic lognormal logseries multinomial multivariate_normal negative_binomial noncentral_chisquare
    noncentral_f normal pareto permutation poisson power rand randint randn random random_integers random_sample
    rayleigh seed set_state shuffle standard_cauchy standard_exponential standard_gamma standard_normal standard_t
    triangular uniform vonmises wald weibull zipf"""
)
_POLYNOMIAL = words(
    """basis basis_name cast coef convert copy cutdeg degree deriv domain fit fromroots has_samecoef has_samedomain
    has_sametype has_samewindow identity integ linspace mapparms maxpower roots symbol trim truncate window"""
)
_BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")

ARRAYS = (
    Listed(path="numpy:ndarray", names=_ARRAY, settable=words("shape"), make=new_array),
    Listed(
        path="numpy.ma:MaskedArray",
        names=words("compressed count fill_value filled mask anom product"),
        held=False,
    ),
    Listed(path="numpy:generic", names=_ARRAY),
    Listed(path="numpy:floating", names=words("as_integer_ratio is_integer")),
    Listed(path="numpy:float64", names=words("fromhex hex")),
    Listed(path="numpy:integer", names=words("bit_count denominator is_integer numerator")),
    Listed(
        path="numpy:str_",
        names=words(
            """capitalize casefold center count encode endswith expandtabs find index isalnum isalpha isascii
            isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower
            lstrip partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split
            splitlines startswith strip swapcase title translate upper zfill"""
        ),
    ),
    Listed(
        path="numpy:bytes_",
        names=words(
            "count decode endswith find hex index join lower lstrip replace rstrip split startswith strip upper"
        ),
    ),
    Listed(
        path="numpy:dtype",
        names=words(
            """alignment base byteorder char descr fields flags hasobject isalignedstruct isbuiltin isnative itemsize
            kind name names ndim newbyteorder num shape str subdtype"""
        ),
        checked={"type": _reviewed_class},
        settable=words("names"),
    ),
    Listed(
        path="numpy:ufunc",
        names=words("accumulate at identity nargs nin nout ntypes outer reduce reduceat signature types"),
    ),
    Listed(path="numpy:flatiter", names=words("base coords copy index"), held=False),
    Listed(path="numpy:broadcast", names=words("index nd ndim numiter shape size")),
    Listed(path="numpy:ndenumerate"),
    Listed(path="numpy:ndindex"),
    Listed(path="numpy:vectorize", names=words("excluded otypes pyfunc signature")),
    Listed(
        path="numpy._core.multiarray:flagsobj",
        names=words("aligned c_contiguous contiguous f_contiguous fnc forc fortran num owndata writeable"),
        settable=words("writeable"),
        held=False,
    ),
    Listed(
        path="numpy:finfo",
        names=words(
            """bits dtype eps epsneg iexp machep max maxexp min minexp negep nexp nmant precision resolution
            smallest_normal smallest_subnormal tiny"""
        ),
    ),
    Listed(path="numpy:iinfo", names=words("bits dtype kind max min")),
    Listed(
        path="numpy:poly1d",
        names=words("c coef coefficients coeffs deriv integ o order r roots variable"),
    ),
    Listed(path="numpy:busdaycalendar", names=words("holidays weekmask")),
    Listed(path="numpy:errstate"),
    Listed(path="numpy.lib.npyio:NpzFile", names=words("close files get items keys values"), held=False),
)
GENERATORS = (
    Listed(path="numpy.random:Generator", names=(*GENERATOR, "bit_generator")),
    Listed(path="numpy.random:RandomState", names=RANDOM_STATE),
    Listed(
        path="numpy.random:SeedSequence",
        names=words("entropy generate_state n_children_spawned pool_size spawn spawn_key state"),
    ),
    Listed(
        path="numpy.random:BitGenerator",
        names=words("random_raw seed_seq spawn state"),
        settable=words("state"),
        held=False,
    ),
    *(Listed(path=f"numpy.random:{name}", names=words("advance jumped")) for name in _BIT_GENERATORS),
)
POLYNOMIALS = (Listed(path="numpy.polynomial._polybase:ABCPolyBase", names=_POLYNOMIAL, held=False),)
