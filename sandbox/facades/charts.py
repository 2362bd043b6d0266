"""matplotlib: charts drawn in memory, saved in /cell or shown as artifacts of the run.

Invariants: the backend is Agg; nothing runs a program, opens a window, or reads a style, font or image past /cell;
``show()`` makes artifacts of the open figures and closes them, as closing their windows would; a session in process
has figures and settings of its own, and begins with none and with those that matplotlib comes with.
"""

from __future__ import annotations

import contextlib
import importlib
import string
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import chart_checks as checks
from .chart_members import LISTED
from .listed import Listed, shown
from .loans import Loan
from .runtime import Runtime
from .spec import Spec, because, words


def _settings(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def rc(group: Any, **kwargs: Any) -> None:
        for family in (group,) if isinstance(group, str) else tuple(group):
            if type(family) is not str:
                runtime.refuse("HC109", "matplotlib: a group of settings that is not a plain string")
            given = checks.settings(runtime, {f"{family}.{name}": value for name, value in kwargs.items()})
            real.rc(family, **{name.partition(".")[2]: value for name, value in given.items()})

    def rc_context(rc: Any = None, fname: Any = None) -> Any:
        if fname is not None:
            runtime.refuse("HC402", "matplotlib: settings from a file")
        return real.rc_context(None if rc is None else checks.settings(runtime, rc))

    return {
        "rc": rc,
        "rc_context": rc_context,
        "rcParams": checks.Settings(runtime, real.rcParams),
        "rcdefaults": real.rcdefaults,
    }


def _use(runtime: Runtime) -> Callable[..., None]:
    def use(backend: Any, *, force: bool = True) -> None:
        if not isinstance(backend, str) or backend.lower() != "agg":
            runtime.refuse("HC202", f"matplotlib: the backend {backend!r} (figures are drawn by 'agg')")

    return use


def _own_fonts_only(real: Any) -> None:
    """Forget fonts of the machine: a worker cannot read them, and texts are as wide on every machine without them."""
    fonts: Any = importlib.import_module("matplotlib.font_manager").fontManager

    own = real.get_data_path()
    for kind in ("ttflist", "afmlist"):
        setattr(fonts, kind, [font for font in getattr(fonts, kind) if font.fname.startswith(own)])


def _borrow(real: Any, runtime: Runtime) -> None:
    """Settings, backend and open figures for this guest alone."""
    figures: Any = importlib.import_module("matplotlib._pylab_helpers").Gcf

    def take() -> tuple[Any, ...]:
        pyplot = sys.modules.get("matplotlib.pyplot")
        backend = None if pyplot is None else vars(pyplot).get("_backend_mod")
        return dict(dict.items(real.rcParams)), real.rcParamsDefault._get("backend"), backend, figures.figs

    def put(state: tuple[Any, ...]) -> None:
        settings, default, backend, figs = state
        dict.clear(real.rcParams)
        dict.update(real.rcParams, settings)
        dict.__setitem__(real.rcParamsDefault, "backend", default)
        figures.figs = figs
        if "matplotlib.pyplot" in sys.modules:
            vars(sys.modules["matplotlib.pyplot"])["_backend_mod"] = backend

    fresh = {name: list(value) if type(value) is list else value for name, value in dict.items(real.rcParamsDefault)}
    runtime.loans.add("matplotlib", Loan(take, put), (fresh | {"backend": "agg"}, "agg", None, OrderedDict()))


def _build_matplotlib(real: Any, runtime: Runtime) -> Mapping[str, object]:
    if runtime.host.in_process:
        _borrow(real, runtime)
    else:
        _own_fonts_only(real)
    if real.get_backend(auto_select=False) != "agg":
        real.use("agg")
    return {
        **_settings(real, runtime),
        "use": _use(runtime),
        "get_backend": lambda: "agg",
        "colormaps": real.colormaps,
        "cycler": checks.careful(runtime, None, real.cycler),
    }


_DRAWING = words(
    """acorr angle_spectrum annotate arrow autoscale autumn axes axhline axhspan axis axline axvline axvspan bar barbs
    barh bone box boxplot broken_barh cla clf clim close cohere colorbar contour contourf cool copper csd delaxes draw
    ecdf errorbar eventplot figaspect figimage figlegend fignum_exists figtext figure fill fill_between fill_betweenx
    findobj flag gca gcf gci get_cmap get_figlabels get_fignums grid gray grouped_bar hexbin hist hist2d hlines hot
    hsv imshow inferno ioff ion isinteractive jet legend locator_params loglog magma magnitude_spectrum margins matshow
    minorticks_off minorticks_on nipy_spectral pcolor pcolormesh phase_spectrum pie pink plasma plot polar prism psd
    quiver quiverkey rgrids sca scatter sci semilogx semilogy set_cmap specgram spring spy stackplot stairs stem step
    streamplot subplot subplot2grid subplot_mosaic subplots subplots_adjust summer suptitle table text thetagrids
    tick_params ticklabel_format tight_layout title tricontour tricontourf tripcolor triplot twinx twiny violinplot
    viridis vlines winter xcorr xlabel xlim xscale xticks ylabel ylim yscale yticks"""
)


def _build_pyplot(real: Any, runtime: Runtime) -> Mapping[str, object]:
    matplotlib: Any = importlib.import_module("matplotlib")

    from .. import facades

    def show(*args: Any, **kwargs: Any) -> None:
        for number in real.get_fignums():
            checks.keep(runtime, real.figure(number))
            real.close(number)

    def savefig(*args: Any, **kwargs: Any) -> None:
        checks.saved(runtime, None, real.gcf().savefig)(*args, **kwargs)

    def setp(obj: Any, **kwargs: Any) -> Any:
        return real.setp(obj, **checks.options(runtime, kwargs))

    drawing = {name: checks.careful(runtime, None, getattr(real, name)) for name in _DRAWING if hasattr(real, name)}
    return {
        **drawing,
        **_settings(matplotlib, runtime),
        "bar_label": checks.formatted("fmt", 2)(runtime, None, real.bar_label),
        "clabel": checks.formatted("fmt", 99)(runtime, None, real.clabel),
        "imread": checks.read_image(runtime, real.imread),
        "imsave": checks.write_image(runtime, real.imsave),
        "savefig": savefig,
        "setp": setp,
        "show": show,
        "cm": facades.load("matplotlib.cm", runtime),
        "style": facades.load("matplotlib.style", runtime),
        "colormaps": matplotlib.colormaps,
    }


def _build_style(real: Any, runtime: Runtime) -> Mapping[str, object]:
    def styles(style: Any) -> Any:
        if isinstance(style, str):
            if type(style) is not str or (style not in real.available and style != "default"):
                runtime.refuse("HC402", f"matplotlib: the style {style!r} (only its own styles are offered)")
            return style
        if isinstance(style, Mapping):
            return checks.settings(runtime, style)
        return [styles(each) for each in style]

    def use(style: Any) -> None:
        real.use(styles(style))

    @contextlib.contextmanager
    def context(style: Any, after_reset: bool = False) -> Iterator[None]:
        with real.context(styles(style), after_reset=after_reset):
            yield

    return {"available": list(real.available), "use": use, "context": context}


def _template_formatter(fmt: Any) -> Any:
    """``StrMethodFormatter`` whose template names the value and nothing of it."""
    for _, field, spec, _ in string.Formatter().parse(fmt):
        if field not in (None, "x", "pos") or (spec and "{" in spec):
            raise ValueError(f"the field {field!r} of a formatter's template: only x and pos are offered")
    return importlib.import_module("matplotlib.ticker").StrMethodFormatter(str(fmt))


def _build_ticker(real: Any, runtime: Runtime) -> Mapping[str, object]:
    return {"StrMethodFormatter": shown(real.StrMethodFormatter)}


_ARTISTS = words("Annulus Arc Arrow Circle ConnectionPatch Ellipse FancyArrow FancyArrowPatch FancyBboxPatch PathPatch")

_MAPS = words(
    """Accent Blues BrBG BuGn BuPu CMRmap Dark2 GnBu Grays Greens Greys OrRd Oranges PRGn Paired Pastel1 Pastel2 PiYG
    PuBu PuBuGn PuOr PuRd Purples RdBu RdGy RdPu RdYlBu RdYlGn Reds Set1 Set2 Set3 Spectral Wistia YlGn YlGnBu YlOrBr
    YlOrRd afmhot autumn berlin binary bone brg bwr cividis cool coolwarm copper cubehelix flag gist_earth gist_gray
    gist_grey gist_heat gist_ncar gist_rainbow gist_stern gist_yarg gist_yerg gnuplot gnuplot2 gray grey hot hsv
    inferno jet magma managua nipy_spectral ocean okabe_ito pink plasma prism rainbow seismic spring summer tab10
    tab20 tab20b tab20c terrain turbo twilight twilight_shifted vanimo viridis winter"""
)

SPECS = (
    Spec(
        name="matplotlib",
        names=words("ExecutableNotFoundError MatplotlibDeprecationWarning __version__"),
        own=words("colormaps cycler get_backend rc rcParams rc_context rcdefaults use"),
        left_out=because(
            unlisted="RcParams bivar_colormaps color_sequences multivar_colormaps",
            process="defaultParams interactive rcParamsDefault rcParamsOrig set_loglevel",
            machine="get_cachedir get_configdir get_data_path is_interactive matplotlib_fname",
            files="rc_file rc_file_defaults rc_params rc_params_from_file",
        ),
        build=_build_matplotlib,
        children=words("matplotlib.cm matplotlib.colors matplotlib.ticker matplotlib.transforms"),
        listed=LISTED,
    ),
    Spec(
        name="matplotlib.pyplot",
        names=words(
            """Arrow Axes Circle Figure FixedFormatter FixedLocator FormatStrFormatter FuncFormatter GridSpec Line2D
            LinearLocator LogLocator MaxNLocator MultipleLocator Normalize NullFormatter NullLocator Polygon Rectangle
            ScalarFormatter"""
        ),
        own=(
            *_DRAWING,
            *words("""bar_label clabel cm colormaps imread imsave rc rcParams rc_context rcdefaults savefig setp show
                style"""),
        ),
        left_out=because(
            windows="""connect disconnect draw_all draw_if_interactive get_current_fig_manager ginput pause
                new_figure_manager subplot_tool waitforbuttonpress""",
            process="""install_repl_displayhook interactive set_loglevel switch_backend uninstall_repl_displayhook
                rcParamsDefault rcParamsOrig""",
            attributes="get getp",
            unlisted="color_sequences xkcd pie_label get_scale_names get_plot_commands backend_registry "
            "requested_backend available_backends",
            undocumented="TYPE_CHECKING",
        ),
        build=_build_pyplot,
        children=words(
            "matplotlib.axes matplotlib.collections matplotlib.dates matplotlib.figure matplotlib.gridspec "
            "matplotlib.lines matplotlib.patches matplotlib.patheffects"
        ),
    ),
    Spec(
        name="matplotlib.style",
        own=words("available context use"),
        left_out=because(files="library reload_library"),
        build=_build_style,
    ),
    Spec(
        name="matplotlib.ticker",
        names=words(
            """AsinhLocator AutoLocator AutoMinorLocator EngFormatter FixedFormatter FixedLocator FormatStrFormatter
            FuncFormatter IndexLocator LinearLocator LogFormatter LogFormatterExponent LogFormatterMathtext
            LogFormatterSciNotation LogLocator LogitFormatter LogitLocator MaxNLocator MultipleLocator NullFormatter
            NullLocator PercentFormatter ScalarFormatter SymmetricalLogLocator"""
        ),
        own=words("StrMethodFormatter"),
        left_out=because(unlisted="Formatter Locator TickHelper"),
        build=_build_ticker,
        listed=(Listed(path="matplotlib.ticker:StrMethodFormatter", make=_template_formatter),),
    ),
    Spec(
        name="matplotlib.dates",
        names=words(
            """AutoDateFormatter AutoDateLocator ConciseDateFormatter DAILY DateFormatter DayLocator FR FRIDAY HOURLY
            HourLocator MINUTELY MO MONDAY MONTHLY MicrosecondLocator MinuteLocator MonthLocator SA SATURDAY SECONDLY
            SU SUNDAY SecondLocator TH THURSDAY TU TUESDAY UTC WE WEDNESDAY WEEKDAYS WEEKLY WeekdayLocator YEARLY
            YearLocator MICROSECONDLY get_epoch date2num datestr2num drange num2date num2timedelta"""
        ),
        left_out=because(
            unlisted="ConciseDateConverter DateConverter DateLocator RRuleLocator relativedelta rrule rrulewrapper",
            process="set_epoch",
        ),
    ),
    Spec(
        name="matplotlib.colors",
        names=words(
            """AsinhNorm BASE_COLORS BoundaryNorm CSS4_COLORS CenteredNorm Colormap FuncNorm LinearSegmentedColormap
            ListedColormap LogNorm NoNorm Normalize PowerNorm SymLogNorm TABLEAU_COLORS TwoSlopeNorm XKCD_COLORS
            hex2color hsv_to_rgb is_color_like rgb2hex rgb_to_hsv same_color to_hex to_rgb to_rgba to_rgba_array"""
        ),
        left_out=because(
            unlisted="""*BivarColormap* ColorConverter ColorSequenceRegistry LightSource MultiNorm MultivarColormap
                     Norm colorConverter from_levels_and_colors make_norm_from_scale""",
            undocumented="cnames get_named_colors_mapping",
        ),
    ),
    Spec(
        name="matplotlib.cm",
        names=("ScalarMappable", *_MAPS, *(f"{name}_r" for name in _MAPS)),
        left_out=because(unlisted="ColormapRegistry bivar_cmaps multivar_cmaps", undocumented="cmaps_listed datad"),
    ),
    Spec(
        name="matplotlib.patches",
        names=(*_ARTISTS, *words("Patch Polygon Rectangle RegularPolygon Shadow StepPatch Wedge")),
        left_out=because(
            unlisted="ArrowStyle BoxStyle CirclePolygon ConnectionStyle", undocumented="bbox_artist draw_bbox"
        ),
    ),
    Spec(
        name="matplotlib.lines",
        names=words("Line2D"),
        constants=words("CARET TICK"),
        left_out=because(
            unlisted="AxLine VertexSelector", undocumented="STEP_LOOKUP_MAP *Styles lineMarkers ls_mapper* segment_hits"
        ),
    ),
    Spec(
        name="matplotlib.gridspec",
        names=words("GridSpec GridSpecFromSubplotSpec SubplotSpec"),
        left_out=because(unlisted="GridSpecBase SubplotParams"),
    ),
    Spec(
        name="matplotlib.figure",
        names=words("Figure figaspect"),
        left_out=because(unlisted="FigureBase SubFigure"),
    ),
    Spec(
        name="matplotlib.axes",
        names=words("Axes"),
        left_out=because(undocumented="SubplotBase subplot_class_factory"),
    ),
    Spec(
        name="matplotlib.collections",
        names=words("Collection LineCollection PatchCollection PathCollection PolyCollection QuadMesh"),
        left_out=because(
            unlisted="""AsteriskPolygonCollection CircleCollection EllipseCollection EventCollection
                     FillBetweenPolyCollection PolyQuadMesh RegularPolyCollection StarPolygonCollection TriMesh"""
        ),
    ),
    Spec(
        name="matplotlib.patheffects",
        names=words("Normal SimpleLineShadow SimplePatchShadow Stroke withSimplePatchShadow withStroke"),
        left_out=because(
            unlisted="AbstractPathEffect PathEffectRenderer PathPatchEffect TickedStroke withTickedStroke"
        ),
    ),
    Spec(
        name="matplotlib.transforms",
        names=words("Affine2D Bbox blended_transform_factory"),
        left_out=because(
            unlisted="""Affine2DBase AffineBase AffineDelta* BboxBase BboxTransform* Blended* Composite* composite_*
                IdentityTransform LockableBbox ScaledTranslation Transform*""",
            undocumented="DEBUG interval_contains* nonsingular offset_copy",
        ),
    ),
)
