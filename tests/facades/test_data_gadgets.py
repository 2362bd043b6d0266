"""Ways out through numpy, pandas and matplotlib, each refused on the language wall alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

for _package in ("numpy", "pandas", "matplotlib"):
    pytest.importorskip(_package, reason=f"needs {_package}")

BEGIN = """
import io, operator, types, typing, functools
import numpy as np
import pandas as pd
import matplotlib
import matplotlib.pyplot as plt
a = np.arange(3)
df = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
s = df["a"]
fig, ax = plt.subplots()
"""
Told = Callable[[str], str]


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that no program here may write to: it stands for /tmp in their texts."""
    return tmp_path_factory.mktemp("outside")


@pytest.fixture
def told(data_science: Told, outside: Path) -> Told:
    """What becomes of a program that has the packages at hand."""
    return lambda code: data_science(BEGIN + code.replace("/tmp/", f"{outside}/"))


NOT_LISTED = {
    "tofile": "a.tofile('/tmp/x')",
    "dump": "a.dump('/tmp/x')",
    "ctypes": "a.ctypes",
    "data": "a.data",
    "setflags": "a.setflags",
    "resize": "a.resize(9, refcheck=False)",
    "resize_by_getattr": "getattr(a, 'resize')",
    "resize_by_attrgetter": "operator.attrgetter('resize')(a)",
    "resize_by_methodcaller": "operator.methodcaller('resize', 9)(a)",
    "resize_by_format": "'{0.resize}'.format(a)",
    "resize_by_pattern": "match a:\n    case object(resize=r): pass",
    "resize_of_the_class": "type(a).resize",
    "resize_through_an_alias": "types.GenericAlias(type(a), (int,)).resize",
    "hasattr_is_no_probe": "hasattr(a, 'tofile')",
    "deleted": "del a.shape_",
    "to_pickle": "df.to_pickle('/tmp/x')",
    "to_pickle_of_the_class": "pd.DataFrame.to_pickle(df, '/tmp/x')",
    "to_pickle_of_super": "super(pd.DataFrame, df).to_pickle('/tmp/x')",
    "to_pickle_of_a_series": "s.to_pickle",
    "to_pickle_by_getattr_method": "df.__getattr__('to_pickle')",
    "manager_by_getattr_method": "df.__getattr__('_mgr')",
    "manager_by_getattr_of_the_class": "pd.DataFrame.__getattr__(df, '_mgr')",
    "attribute_of_an_alias_of_an_object": "types.GenericAlias(df, (int,)).to_pickle",
    "attribute_of_an_alias_of_super": "types.GenericAlias(super(pd.DataFrame, df), (int,)).to_pickle",
    "attribute_of_an_alias_of_a_method": "types.GenericAlias(types.MethodType(np.add, 1), (int,)).resolve_dtypes",
    "attribute_of_an_alias_of_an_alias": "types.GenericAlias(types.GenericAlias(df, ()), ()).to_pickle",
    "attribute_of_an_annotated_object": "typing.Annotated[int, df].__origin__\ntypes.GenericAlias(df, ()).to_pickle",
    "attribute_through_a_method": "types.MethodType(plt.cm.viridis, 1)._init",
    "attribute_of_a_callable_through_a_method": "types.MethodType(np.add, 1).resolve_dtypes",
    "clipboard": "df.to_clipboard()",
    "excel": "df.to_excel('x.xlsx')",
    "parquet": "df.to_parquet('x')",
    "grouper": "df.groupby('a').ngroup.__self__",
    "object_of_a_group": "df.groupby('a').obj",
    "object_of_an_indexer": "df.loc.obj",
    "dictionary_of_a_figure": "fig.__dict__",
    "manager_of_a_canvas": "fig.canvas.manager",
    "renderer": "fig.canvas.get_renderer()",
    "printing_of_a_canvas": "fig.canvas.print_figure('/tmp/x')",
    "class_of_a_renderer": "fig.canvas.__class__.__mro__",
    "set_canvas": "fig.set_canvas(None)",
    "font_of_a_text": "ax.title.set_fontproperties('/tmp/x')",
    "as_strided": "np.lib.stride_tricks.as_strided",
    "memmap": "np.memmap",
    "fromfile": "np.fromfile",
    "f2py": "np.f2py",
    "ctypeslib": "np.ctypeslib",
    "testing": "np.testing",
    "core": "np.core",
    "masked": "np.ma",
    "nditer": "np.nditer",
    "recarray": "np.recarray",
    "bmat": "np.bmat",
    "read_pickle": "pd.read_pickle",
    "read_html": "pd.read_html",
    "read_excel": "pd.read_excel",
    "io": "pd.io",
    "evaluate": "pd.eval",
    "column_expressions": "pd.col",
    "switch_backend": "plt.switch_backend",
    "pause": "plt.pause",
    "rc_file": "matplotlib.rc_file",
    "style_library": "plt.style.library",
    "bit_generator_memory": "np.random.default_rng().bit_generator.ctypes",
    "bit_generator_capsule": "np.random.default_rng().bit_generator.capsule",
}
LEADS_OUT = {
    "interface": "a.__array_interface__",
    "struct": "a.__array_struct__",
    "reduce": "a.__reduce__()",
    "setstate": "a.__setstate__",
    "globals_of_a_function": "np.mean.__globals__",
    "manager": "df._mgr",
    "code_of_a_library_method": "df.sum.__func__",
    "class_of_void": "np.zeros(1, dtype=[('a', 'i8')]).dtype.type",
    "subclass": "class A(pd.DataFrame): pass",
    "subclass_of_arrays": "class A(np.ndarray): pass",
    "subclass_of_artists": "class A(plt.Axes): pass",
    "class_attribute": "pd.DataFrame.sum = 1",
    "instance_attribute": "df.extra = 1",
    "artist_attribute": "ax.figure = None",
    "strides": "a.strides = (800,)",
    "dtype_in_place": "a.dtype = 'i4'",
    "backend_by_keywords_of_a_partial": "class S(str):\n    def __hash__(self): return 1\n"
    "p = functools.partial(s.plot)\np.keywords[S('backend')] = 'os'",
    "data_in_place": "a.data = b''",
}
BY_NAME = {
    "agg": "df.agg('to_pickle')",
    "agg_pipe": "df.agg('pipe')",
    "agg_private": "df.agg('__class__')",
    "agg_list": "df.agg(['sum', 'to_pickle'])",
    "agg_dict": "df.agg({'a': 'to_pickle'})",
    "agg_dict_of_lists": "df.agg({'a': ['sum', 'to_pickle']})",
    "agg_keyword": "df.agg(func='to_pickle')",
    "agg_named": "df.groupby('a').agg(x=('b', 'to_pickle'))",
    "agg_named_series": "df.groupby('a').b.agg(x='to_pickle')",
    "agg_named_aggregation": "df.groupby('a').agg(x=pd.NamedAgg('b', 'to_pickle'))",
    "agg_of_the_class": "pd.DataFrame.agg(df, 'to_pickle')",
    "apply": "df.apply('to_pickle', path='/tmp/x')",
    "apply_series": "s.apply('to_pickle')",
    "transform": "s.transform('to_pickle')",
    "group_apply": "df.groupby('a').apply('to_pickle')",
    "group_transform": "df.groupby('a').transform('to_pickle')",
    "rolling": "s.rolling(2).agg('to_pickle')",
    "resample": "pd.Series([1], index=pd.to_datetime(['2024-01-01'])).resample('D').agg('to_pickle')",
    "pivot_table": "df.pivot_table(index='a', values='b', aggfunc='to_pickle')",
    "pivot_table_place": "df.pivot_table('b', 'a', None, 'to_pickle')",
    "pivot_table_function": "pd.pivot_table(df, index='a', values='b', aggfunc='to_pickle')",
    "crosstab": "pd.crosstab(df.a, df.b, values=df.b, aggfunc='to_pickle')",
    "numpy_function": "df.agg('fromfile')",
    "query": "df.query('a.to_pickle(\"/tmp/x\")')",
    "query_private": "df.query('a.__class__')",
    "query_local_method": "df.query('@df.to_pickle(\"/tmp/x\")')",
    "query_local_in_a_function": "lim = 1\ndef f():\n    lim = 2\n    return df.query('a > @lim')\nf()",
    "query_engine": "df.query('a > 1', local_dict={'x': 1})",
    "query_call": "df.query('list(a)')",
    "query_quoted": "df.query('`a\"` == 1')",
    "query_second_line": "df.query('a\\n@df.to_pickle(1)')",
    "eval": "df.eval('c = a.to_pickle(1)')",
    "plot_backend": "df.plot(backend='os')",
    "plot_kind_backend": "df.plot.line(backend='os')",
    "hist_backend": "df.hist(backend='os')",
    "to_sql_address": "df.to_sql('t', 'sqlite:////tmp/x')",
    "boxplot_backend": "df.boxplot(backend='os')",
    "query_lambda": "df.query('(lambda: a)()')",
    "query_comprehension": "df.query('[x for x in a] == a')",
    "option": "pd.set_option('io.excel.xlsx.reader', 'x')",
    "option_plotting": "pd.set_option('plotting.backend', 'os')",
    "option_pattern": "pd.set_option('.*', 1)",
    "option_context": "pd.option_context('mode.string_storage', 'x')",
    "styles_of_tables": "df.style",
    "formatter": "ax.xaxis.set_major_formatter('{x.__class__}')",
    "bar_label": "ax.bar_label(ax.bar([1], [1]), fmt='{0.__class__}')",
    "bar_label_nested": "ax.bar_label(ax.bar([1], [1]), fmt='{:{0.x}}')",
    "usetex": "ax.set_title('x', usetex=True)",
    "usetex_dict": "ax.set_title('x', {'usetex': True})",
    "usetex_nested": "ax.pie([1], labels=['a'], textprops={'usetex': True})",
    "usetex_items": "class A:\n    def items(self): return [('usetex', True)]\nax.set_title('x', A())",
    "usetex_namespace": "ax.set_title('x', types.SimpleNamespace(items=lambda: [('usetex', True)]))",
    "usetex_method": "class A:\n    def items(self): return [('usetex', True)]\n    def __call__(self): pass\n"
    "ax.set_title('x', types.MethodType(A(), 1))",
    "usetex_series": "ax.set_title('x', pd.Series({'usetex': True}))",
    "usetex_setp": "plt.setp(ax.title, usetex=True)",
    "usetex_proxy": "ax.set_title('x', types.MappingProxyType({'usetex': True}))",
    "usetex_setting": "plt.rcParams['text.usetex'] = True",
    "usetex_update": "plt.rcParams.update({'text.usetex': True})",
    "usetex_context": "plt.rc_context({'text.usetex': True})",
    "usetex_rc": "plt.rc('text', usetex=True)",
    "usetex_style": "plt.style.use({'text.usetex': True})",
    "hooks": "plt.rcParams['figure.hooks'] = ['os:system']",
    "cycle_text": "plt.rcParams['axes.prop_cycle'] = \"cycler('color', 'rg')\"",
    "backend_setting": "plt.rcParams['backend'] = 'TkAgg'",
    "backend": "matplotlib.use('TkAgg')",
    "savefig_backend": "fig.savefig('x.png', backend='module://os')",
    "agg_of_none": "df.pivot_table(index='a', aggfunc=None, x=('b', 'plot'))",
    "hooks_by_a_group_that_lies": "class F(str):\n    def __format__(self, spec): return 'font'\n"
    "plt.rc(F('figure'), hooks=['os:system'])",
    "usetex_by_a_name_that_lies": "class S(str):\n    def __eq__(self, o): return False\n"
    "    __hash__ = str.__hash__\nax.set_title('x', {S('usetex'): True})",
    "backend_by_a_keyword_that_lies": "class S(str):\n    def __hash__(self): return 1\ns.plot(**{S('backend'): 'os'})",
    "images_beside_a_drawing": "plt.rcParams['svg.image_inline'] = False",
    "texts_taken_from_another": "class F: pass\nax.title.update_from(F())",
    "figure_class": "plt.figure(FigureClass=lambda **k: None)",
    "projection": "def p(): pass\nplt.subplot(projection=p)",
    "font_of_a_setting": "plt.rcParams['mathtext.rm'] = ':file=/etc/hostname'",
    "font_by_text_that_lies": "class S(str):\n    def __contains__(self, o): return False\n"
    "ax.set_title('x', fontproperties=S(':file=/etc/hostname'))",
    "font_by_keys": "class M:\n    def keys(self): return ['fname']\n    def __getitem__(self, k): return '/etc/x'\n"
    "ax.set_title('x', fontproperties=M())",
    "font_by_keys_of_a_class": "class M:\n    keys = lambda: ['fname']\n    __class_getitem__ = lambda k: '/etc/x'\n"
    "ax.set_title('x', fontproperties=M)",
    "font_by_a_series": "ax.set_title('x', fontproperties=pd.Series({'fname': '/etc/hostname'}))",
    "font_by_a_series_of_options": "ax.set_title('x', pd.Series({'fontproperties': ':file=/etc/hostname'}))",
    "font_by_a_forwarder": "class M:\n    def items(self): return [('fontproperties', ':file=/etc/x')]\n"
    "import weakref\nm = M()\nax.set_title('x', weakref.proxy(m))",
    "font_by_a_row": "import sqlite3\nc = sqlite3.connect(':memory:')\nc.row_factory = sqlite3.Row\n"
    "ax.set_title('x', fontproperties=c.execute(\"select '/etc/x' as fname\").fetchone())",
    "template_of_a_colorbar": "fig.colorbar(ax.imshow([[1, 2]]), format='{x.__class__}')",
    "template_of_a_legend": "ax.scatter([1, 2], [1, 2], c=[1, 2]).legend_elements(fmt='{x.__class__}')",
    "template_of_a_csv": "df.to_csv(None, float_format='{0.__class__}')",
    "template_of_a_text": "df.to_string(float_format='{0.__class__}')",
    "font_pattern": "ax.set_title('x', fontproperties='x:file=/etc/passwd')",
    "font_path": "import pathlib\nax.set_title('x', font=pathlib.Path('/etc/passwd'))",
    "font_dict": "ax.legend(prop={'fname': '/etc/passwd'})",
    "save_objects": "np.save('x.npy', np.array([None]))",
    "load_pickle": "np.load('x.npy', allow_pickle=True)",
    "load_map": "np.load('x.npy', mmap_mode='r')",
    "sql_url": "pd.read_sql('select 1', 'sqlite:////tmp/x')",
    "engine": "pd.read_csv(io.StringIO('a'), engine='pyarrow')",
}
FILES = {
    "read_csv": ("pd.read_csv('/etc/passwd')", "HC401"),
    "read_csv_address": ("pd.read_csv('https://example.org/x.csv')", "HC401"),
    "read_csv_file_address": ("pd.read_csv('file:///etc/passwd')", "HC401"),
    "read_csv_up": ("pd.read_csv('../../etc/passwd')", "HC401"),
    "read_csv_path": ("import pathlib\npd.read_csv(pathlib.PurePath('/etc/passwd'))", "HC401"),
    "read_csv_compressed": ("pd.read_csv('x.csv.gz')", "HC402"),
    "read_csv_compression": ("pd.read_csv(io.BytesIO(b''), compression='gzip')", "HC402"),
    "read_csv_storage": ("pd.read_csv('x', storage_options={'a': 1})", "HC402"),
    "read_json": ("pd.read_json('/etc/passwd')", "HC401"),
    "to_csv": ("df.to_csv('/tmp/x.csv')", "HC401"),
    "to_csv_of_the_class": ("pd.DataFrame.to_csv(df, '/tmp/x.csv')", "HC401"),
    "to_csv_compressed": ("df.to_csv('x.zip')", "HC402"),
    "to_string": ("df.to_string('/tmp/x')", "HC401"),
    "to_html": ("df.to_html('/tmp/x')", "HC401"),
    "load": ("np.load('/etc/passwd')", "HC401"),
    "loadtxt": ("np.loadtxt('/etc/passwd')", "HC401"),
    "genfromtxt_address": ("np.genfromtxt('http://example.org/x')", "HC401"),
    "savetxt": ("np.savetxt('/tmp/x', a)", "HC401"),
    "save": ("np.save('/tmp/x', a)", "HC401"),
    "savefig": ("fig.savefig('/tmp/x.png')", "HC401"),
    "savefig_format": ("fig.savefig('x.pgf')", "HC402"),
    "savefig_options": ("fig.savefig('x.png', pil_kwargs={'append_images': []})", "HC402"),
    "savefig_format_that_lies": (
        "class S(str):\n    def lower(self): return 'png'\nfig.savefig('x', format=S('pgf'))",
        "HC402",
    ),
    "read_csv_compression_that_lies": (
        "class C(dict):\n    def __eq__(self, o): return True\n"
        "open('y', 'w').close()\npd.read_csv('y', compression=C(method='zip'))",
        "HC402",
    ),
    "style_that_lies": (
        "class S(str):\n    def __eq__(self, o): return True\n    __hash__ = str.__hash__\n"
        "plt.style.use(S('/etc/passwd'))",
        "HC402",
    ),
    "imread": ("plt.imread('/etc/passwd')", "HC401"),
    "imread_address": ("plt.imread('https://example.org/x.png')", "HC401"),
    "imsave": ("plt.imsave('/tmp/x.png', np.eye(2))", "HC401"),
    "style_path": ("plt.style.use('/tmp/x.mplstyle')", "HC402"),
    "settings_file": ("plt.rc_context(fname='x')", "HC402"),
}


@pytest.mark.parametrize("code", NOT_LISTED.values(), ids=NOT_LISTED)
def test_what_is_not_listed_is_refused(told: Told, code: str) -> None:
    assert told(code) in ("HC101", "HC102", "HC105", "HC110", "HC202")


@pytest.mark.parametrize("code", LEADS_OUT.values(), ids=LEADS_OUT)
def test_what_leads_out_is_refused(told: Told, code: str) -> None:
    assert told(code) in ("HC101", "HC102", "HC105", "HC107", "HC110")


@pytest.mark.parametrize("code", BY_NAME.values(), ids=BY_NAME)
def test_names_and_settings_given_as_text_are_reviewed(told: Told, code: str) -> None:
    assert told(code) in ("HC101", "HC109", "HC202")


@pytest.mark.parametrize(("code", "refusal"), FILES.values(), ids=FILES)
def test_files_are_those_of_the_cell(told: Told, code: str, refusal: str) -> None:
    assert told(code) == refusal


@pytest.mark.parametrize(
    "code",
    [
        "class F:\n    def __fspath__(self): return '/etc/passwd'\n    def read(self): return ''\npd.read_csv(F())",
        "class F:\n    def __fspath__(self): return '/etc/passwd'\nnp.loadtxt(F())",
    ],
)
def test_a_path_of_the_guests_own_is_asked_once(told: Told, code: str) -> None:
    assert told(code) == "HC401"


def test_a_picture_that_is_a_program_is_not_run(told: Told) -> None:
    code = "open('y.eps', 'w').write('%!PS-Adobe-3.0 EPSF-3.0\\n%%BoundingBox: 0 0 9 9\\n%%EndComments\\n')\n"
    assert told(code + "plt.imread('y.eps')").startswith("UnidentifiedImageError: cannot identify image file")


def test_objects_of_the_guests_own_are_plain_data_in_charts(told: Told) -> None:
    code = """
import collections
P = collections.namedtuple("P", "x y")
class S(str): pass
class F:
    def __call__(self, x, pos): return "t"
ax.plot(*zip(P(1, 2), P(3, 4)), label=S("l"))
ax.plot(P(1, 2), [P(1, 2).x, 3])
ax.plot("file", "n", data=pd.DataFrame({"file": [1], "n": [2]}))
ax.xaxis.set_major_formatter(F())
plt.rc("lines", lw=3)
plt.rcParams["mathtext.it"] = "sans:italic"
fig.savefig("z.png")
(ax.lines[0].get_label(), ax.xaxis.get_ticklabels()[0].get_text(), plt.rcParams["lines.linewidth"])
"""
    assert told(code) == "value ('l', 't', 3.0)"


def test_a_reader_of_the_guests_own_is_not_taken(told: Told) -> None:
    code = "class F:\n    def read(self, n=-1): return 'a\\n1'\npd.read_csv(F())"
    assert told(code) == "TypeError: a path or an open file, not a 'F' object"


def test_a_function_that_is_also_a_mapping_is_called_and_not_looked_into(told: Told) -> None:
    code = """
class F(dict):
    def __call__(self, column):
        return 7
class G:
    def __getattr__(self, name): return lambda *a: ["to_pickle"]
    def __call__(self, column): return 7
df.agg(G()).tolist()
"""
    assert told(code) == "value [7, 7]"


@pytest.mark.parametrize(
    "given",
    [
        "types.MethodType(F(), 1)",
        "P(len)",
        "F()",
    ],
)
def test_what_looks_like_a_dict_is_only_called(told: Told, given: str) -> None:
    code = f"""
class Both:
    __module__ = "numpy"
    def keys(self): return ["a"]
    def items(self): return [("a", "to_pickle")]
    def values(self): return ["to_pickle"]
    def __iter__(self): return iter(["to_pickle"])
    def __len__(self): return 1
    def __contains__(self, name): return True
    def __getitem__(self, name): return "to_pickle"
class F(Both):
    def __call__(self, *args): return 7
class P(Both, functools.partial):
    def __call__(self, *args): return 7
df.agg({given}).tolist()
"""
    assert told(code) == "value [7, 7]"


def test_a_list_that_changes_is_read_once(told: Told) -> None:
    code = """
class L(list):
    turns = 0
    def __iter__(self):
        L.turns += 1
        return iter(["sum"] if L.turns == 1 else ["to_pickle"])
df.agg(L(["to_pickle"]))
"""
    assert told(code) == "value      a  b\nsum  3  7"


def test_nothing_was_written_outside(outside: Path) -> None:
    assert list(outside.iterdir()) == []
