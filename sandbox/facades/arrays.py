"""numpy: arrays, linear algebra, random numbers, Fourier transforms, polynomials.

Invariants: no function takes a path but those that read or write in /cell; pickled data is never read; the legacy
random functions draw from a generator that no other guest has; views never reach beyond their array's memory.
"""

from __future__ import annotations

import importlib
import io
import os
import types
import typing
from collections.abc import Mapping
from typing import Any

from .array_members import ARRAYS, GENERATORS, POLYNOMIALS, RANDOM_STATE, holds_objects
from .listed import shown
from .runtime import Runtime
from .spec import Spec, because, words

_COMPRESSED = (".gz", ".bz2", ".xz", ".lzma")


def opened(runtime: Runtime, file: Any, mode: str, encoding: str | None = None) -> tuple[Any, bool]:
    """The file object for an argument that may be a path, and whether it was opened here."""
    if not isinstance(file, (str, bytes, os.PathLike)):
        return file, False
    name = runtime.files.text(file)
    if name.endswith(_COMPRESSED):
        runtime.refuse("HC402", f"the compressed file {name!r} by its name; open it with gzip and pass the file")
    if "://" in name:
        runtime.refuse("HC401", f"the address {name!r}")
    return runtime.files.open(file, mode, encoding=encoding), True


def _build_numpy(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def refuse_objects(array: Any) -> Any:
        made = real.asanyarray(array)
        if made.dtype.hasobject:
            runtime.refuse("HC202", "numpy: saving an array of objects (it would be pickled)")
        return made

    def load(file: Any, mmap_mode: Any = None, allow_pickle: bool = False, **options: Any) -> Any:
        if mmap_mode is not None or allow_pickle:
            runtime.refuse("HC202", "numpy.load() with allow_pickle= or mmap_mode=")
        stream, own = opened(runtime, file, "rb")
        if own:
            with stream:
                stream = io.BytesIO(stream.read())
        return real.load(stream, **options)

    def write(file: Any, ending: str, how: Any) -> None:
        if isinstance(file, (str, os.PathLike)):
            name = runtime.files.text(file)
            file = name if name.endswith(ending) else name + ending
        stream, own = opened(runtime, file, "wb")
        try:
            how(stream)
        finally:
            if own:
                stream.close()

    def save(file: Any, arr: Any, allow_pickle: bool = True) -> None:
        array = refuse_objects(arr)
        write(file, ".npy", lambda stream: real.save(stream, array, allow_pickle=False))

    def archive(native: Any) -> Any:
        def savez(file: Any, *args: Any, **kwds: Any) -> None:
            named = {name: refuse_objects(array) for name, array in kwds.items() if name != "allow_pickle"}
            arrays = [refuse_objects(array) for array in args]
            write(file, ".npz", lambda stream: native(stream, *arrays, **named))

        return savez

    def savetxt(fname: Any, X: Any, *args: Any, encoding: str | None = None, **options: Any) -> None:
        stream, own = opened(runtime, fname, "wt", encoding or "latin1")
        try:
            real.savetxt(stream, X, *args, encoding=encoding, **options)
        finally:
            if own:
                stream.close()

    def reader(native: Any) -> Any:
        def read(fname: Any, *args: Any, encoding: str | None = None, **options: Any) -> Any:
            stream, own = opened(runtime, fname, "rt", None if encoding == "bytes" else encoding)
            try:
                return native(stream, *args, encoding=encoding, **options)
            finally:
                if own:
                    stream.close()

        return read

    def frombuffer(buffer: Any, *args: Any, **options: Any) -> Any:
        if holds_objects(buffer):
            raise ValueError("cannot take the memory of an array of objects")
        return real.frombuffer(buffer, *args, **options)

    return {
        "frombuffer": frombuffer,
        "ndarray": shown(real.ndarray),
        "load": load,
        "save": save,
        "savez": archive(real.savez),
        "savez_compressed": archive(real.savez_compressed),
        "savetxt": savetxt,
        "loadtxt": reader(real.loadtxt),
        "genfromtxt": reader(real.genfromtxt),
    }


def _build_random(real: Any, runtime: Runtime) -> Mapping[str, object]:
    session = random_state(real, runtime)
    return {
        **{name: getattr(session, name) for name in RANDOM_STATE if hasattr(session, name)},
        "ranf": session.random_sample,
        "sample": session.random_sample,
    }


_SESSION = "numpy.random session"


def random_state(real: Any, runtime: Runtime) -> Any:
    """The legacy generator that ``numpy.random.seed`` seeds: the library's, or this engine's where others share it."""
    found = runtime.kept.get(_SESSION)
    if found is None:
        found = runtime.kept[_SESSION] = real.RandomState() if runtime.host.in_process else real.mtrand._rand
    return found


class _NDArray:
    """``numpy.typing.NDArray``: subscripted, the generic alias that CPython's users write in annotations."""

    def __init__(self, array: Any, dtype: Any) -> None:
        self.__array = array
        self.__dtype = dtype

    def __getitem__(self, item: Any) -> Any:
        return types.GenericAlias(self.__array, (typing.Any, types.GenericAlias(self.__dtype, (item,))))

    def __repr__(self) -> str:
        return "numpy.typing.NDArray"


def _build_typing(real: Any, runtime: Runtime) -> Mapping[str, object]:
    numpy: Any = importlib.import_module("numpy")

    return {"NDArray": _NDArray(shown(numpy.ndarray), numpy.dtype), "ArrayLike": typing.Any, "DTypeLike": typing.Any}


_STRING_FUNCTIONS = words(
    """add capitalize center count decode encode endswith equal expandtabs find greater greater_equal index isalnum
    isalpha isdecimal isdigit islower isnumeric isspace istitle isupper join less less_equal ljust lower lstrip mod
    multiply not_equal partition replace rfind rindex rjust rpartition rsplit rstrip slice split splitlines startswith
    str_len strip swapcase title translate upper zfill"""
)

SPECS = (
    Spec(
        name="numpy",
        names=words(
            """False_ True_ __version__ abs absolute acos acosh add all allclose amax amin angle any append
            apply_along_axis
            apply_over_axes arange arccos arccosh arcsin arcsinh arctan arctan2 arctanh argmax argmin argpartition
            argsort argwhere around array array2string array_equal array_equiv array_repr array_split array_str
            asanyarray asarray asarray_chkfinite ascontiguousarray asfortranarray asin asinh astype atan atan2 atanh
            atleast_1d atleast_2d atleast_3d average bartlett base_repr binary_repr bincount bitwise_and
            bitwise_count bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor
            blackman block bool bool_ broadcast broadcast_arrays broadcast_shapes broadcast_to busday_count
            busday_offset busdaycalendar byte bytes_ c_ can_cast cbrt cdouble ceil character choose clip clongdouble
            column_stack common_type complex128 complex256 complex64 complexfloating compress concat concatenate conj
            conjugate convolve copy copysign copyto corrcoef correlate cos cosh count_nonzero cov cross csingle
            cumprod cumsum cumulative_prod cumulative_sum datetime64 datetime_as_string datetime_data deg2rad degrees
            delete diag diag_indices diag_indices_from diagflat diagonal diff digitize divide divmod dot double
            dsplit dstack dtype e ediff1d einsum einsum_path empty empty_like equal errstate euler_gamma exp exp2
            expand_dims expm1 extract eye fabs fill_diagonal finfo fix flatnonzero flexible flip fliplr flipud
            float128 float16 float32 float64 float_power floating floor floor_divide fmax fmin fmod
            format_float_positional format_float_scientific frexp fromfunction fromiter frompyfunc
            fromstring full full_like gcd generic geomspace get_printoptions geterr gradient greater greater_equal
            half hamming hanning heaviside histogram histogram2d histogram_bin_edges histogramdd hsplit hstack hypot
            i0 identity iinfo imag in1d index_exp indices inexact inf inner insert int16 int32 int64 int8 int_ intc
            integer interp intersect1d intp invert is_busday isclose iscomplex iscomplexobj isdtype isfinite
            isfortran isin isinf isnan isnat isneginf isposinf isreal isrealobj isscalar issubdtype iterable ix_
            kaiser kron lcm ldexp left_shift less less_equal lexsort linspace little_endian log log10 log1p log2
            logaddexp logaddexp2 logical_and logical_not logical_or logical_xor logspace long longdouble longlong
            mask_indices matmul matrix_transpose matvec max maximum may_share_memory mean median meshgrid mgrid min
            min_scalar_type minimum mintypecode mod modf moveaxis multiply nan nan_to_num nanargmax nanargmin
            nancumprod nancumsum nanmax nanmean nanmedian nanmin nanpercentile nanprod nanquantile nanstd nansum
            nanvar ndenumerate ndim ndindex negative newaxis nextafter nonzero not_equal number object_ ogrid ones
            ones_like outer packbits pad partition percentile permute_dims pi piecewise place poly poly1d polyadd
            polyder polydiv polyfit polyint polymul polysub polyval positive pow power printoptions prod
            promote_types ptp put put_along_axis putmask quantile r_ rad2deg radians ravel ravel_multi_index real
            real_if_close reciprocal remainder repeat require reshape resize result_type right_shift rint roll
            rollaxis roots rot90 round row_stack s_ searchsorted select set_printoptions setdiff1d seterr setxor1d
            shape shares_memory short sign signbit signedinteger sin sinc single sinh size sort sort_complex spacing
            split sqrt square squeeze stack std str_ subtract sum swapaxes take take_along_axis tan tanh tensordot
            tile timedelta64 trace transpose trapezoid trapz tri tril tril_indices tril_indices_from trim_zeros triu
            triu_indices triu_indices_from true_divide trunc typecodes typename ubyte ufunc uint uint16 uint32 uint64
            uint8 uintc uintp ulong ulonglong union1d unique unique_all unique_counts unique_inverse unique_values
            unpackbits unravel_index unsignedinteger unstack unwrap ushort vander var vdot vecdot vecmat vectorize
            vsplit vstack where zeros zeros_like"""
        ),
        own=words("frombuffer genfromtxt load loadtxt ndarray save savetxt savez savez_compressed"),
        left_out=because(
            files="fromfile fromregex memmap",
            memory="from_dlpack nditer nested_iters",
            machine="get_include show_config show_runtime",
            process="getbufsize geterrcall setbufsize seterrcall",
            loads="ctypeslib f2py info test testing",
            unlisted="ScalarType asmatrix bmat core dtypes emath flatiter ma matrix rec recarray record sctypeDict "
            "void",
        ),
        build=_build_numpy,
        children=words(
            "numpy.linalg numpy.random numpy.fft numpy.polynomial numpy.lib numpy.char numpy.strings numpy.exceptions "
            "numpy.typing"
        ),
        listed=ARRAYS,
    ),
    Spec(
        name="numpy.linalg",
        names=words(
            """LinAlgError cholesky cond cross det diagonal eig eigh eigvals eigvalsh inv lstsq matmul matrix_norm
            matrix_power matrix_rank matrix_transpose multi_dot norm outer pinv qr slogdet solve svd svdvals tensordot
            tensorinv tensorsolve trace vecdot vector_norm"""
        ),
    ),
    Spec(
        name="numpy.random",
        names=words("Generator MT19937 PCG64 PCG64DXSM Philox RandomState SFC64 SeedSequence default_rng"),
        own=(*RANDOM_STATE, "ranf", "sample"),
        left_out=because(process="get_bit_generator set_bit_generator", unlisted="BitGenerator"),
        build=_build_random,
        listed=GENERATORS,
    ),
    Spec(
        name="numpy.fft",
        names=words(
            """fft fft2 fftfreq fftn fftshift hfft ifft ifft2 ifftn ifftshift ihfft irfft irfft2 irfftn rfft rfft2
            rfftfreq rfftn"""
        ),
    ),
    Spec(
        name="numpy.polynomial",
        names=words("Chebyshev Hermite HermiteE Laguerre Legendre Polynomial"),
        left_out=because(
            process="set_default_printstyle", unlisted="chebyshev hermite hermite_e laguerre legendre"
        ),
        children=words("numpy.polynomial.polynomial"),
        listed=POLYNOMIALS,
    ),
    Spec(
        name="numpy.polynomial.polynomial",
        names=words(
            """Polynomial polyadd polycompanion polyder polydiv polyfit polyfromroots polygrid2d polyint polyline
            polygrid3d polymul polymulx polypow polyroots polysub polytrim polyval polyval2d polyval3d polyvalfromroots
            polyvander polyvander2d polyvander3d polyvalnd"""
        ),
        left_out=because(process="polydomain polyone polyx polyzero", undocumented="ABCPolyBase"),
    ),
    Spec(name="numpy.lib", real="", children=words("numpy.lib.stride_tricks")),
    Spec(name="numpy.lib.stride_tricks", names=words("sliding_window_view"),
         left_out=because(memory="as_strided")),
    Spec(name="numpy.char", names=_STRING_FUNCTIONS,
         left_out=because(old="array asarray chararray compare_chararrays")),
    Spec(name="numpy.strings", names=_STRING_FUNCTIONS),
    Spec(
        name="numpy.exceptions",
        names=words("AxisError ComplexWarning DTypePromotionError ModuleDeprecationWarning RankWarning TooHardError "
                    "VisibleDeprecationWarning"),
    ),
    Spec(
        name="numpy.typing", own=words("ArrayLike DTypeLike NDArray"),
        left_out=because(old="NBitBase"), build=_build_typing
    ),
)  # fmt: skip
