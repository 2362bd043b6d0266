"""Honest programs that use files, libraries and the process in ordinary ways; each sets ``won`` to its answer."""

from __future__ import annotations

HONEST = {
    "text": "open('a.txt', 'w').write('hello')\nwon = open('a.txt').read()",
    "stat": "open('a', 'w').write('12345')\nwon = (os.stat('a').st_size, os.path.exists('a'), os.path.isfile('b'))",
    "directories": """
os.makedirs('d/e')
open('d/e/f', 'w').close()
won = sorted(os.listdir('d')), os.path.isdir('d/e')""",
    "pathlib": """
import pathlib
pathlib.Path('x.csv').write_text('a,b')
won = [str(p) for p in sorted(pathlib.Path('.').glob('*.csv'))], pathlib.Path('x.csv').stat().st_size""",
    "walk": "os.makedirs('a/b')\nopen('a/b/c', 'w').close()\nwon = [(d, f) for d, _, f in os.walk('a')]",
    "rename": "open('a', 'w').close()\nos.mkdir('d')\nos.rename('a', 'd/b')\nwon = os.listdir('d')",
    "remove": "open('a', 'w').close()\nos.remove('a')\nwon = os.listdir('.')",
    "rmtree": """
import shutil
os.makedirs('a/b')
open('a/b/c', 'w').close()
shutil.rmtree('a')
won = os.listdir('.')""",
    "copyfile": "import shutil\nopen('a', 'w').write('x' * 9)\nshutil.copyfile('a', 'b')\nwon = len(open('b').read())",
    "missing": """
try:
    open('nothing')
except FileNotFoundError as error:
    won = str(error)""",
    "tempfile": """
import tempfile
with tempfile.TemporaryFile() as f:
    f.write(b'abc')
    f.seek(0)
    won = f.read()""",
    "sqlite": """
import sqlite3
db = sqlite3.connect('data.db')
db.execute('create table t (n)')
db.executemany('insert into t values (?)', [(1,), (2,)])
db.commit()
won = db.execute('select sum(n) from t').fetchone()""",
    "zipfile": """
import zipfile
with zipfile.ZipFile('a.zip', 'w') as archive:
    archive.writestr('x', 'hello')
won = zipfile.ZipFile('a.zip').read('x')""",
    "mmap": """
import mmap
with open('m', 'w+b') as file:
    file.write(bytes(4096))
    file.flush()
    with mmap.mmap(file.fileno(), 4096) as memory:
        memory[:2] = b'hi'
won = open('m', 'rb').read(2)""",
    "lock": """
import fcntl
file = open('l', 'w')
fcntl.lockf(file, fcntl.LOCK_EX)
fcntl.flock(file, fcntl.LOCK_EX)
won = 1""",
    "hashes": "import hashlib\nwon = hashlib.sha256(b'').hexdigest()[:8]",
    "zone": """
import zoneinfo, datetime
won = str(datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo('Europe/Berlin')))""",
    "asyncio": "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 5\nwon = asyncio.run(f())",
    "late_imports": """
import xml.etree.ElementTree as e, decimal, lzma, bz2, uuid, logging, csv
won = e.fromstring('<a b="1"/>').get('b')""",
    "recursion": """
import sys
sys.setrecursionlimit(10**6)
def f(n):
    return 0 if n == 0 else 1 + f(n - 1)
won = f(20000)""",
    "own_signal": """
import signal
got = []
signal.signal(signal.SIGUSR1, lambda *a: got.append(1))
signal.raise_signal(signal.SIGUSR1)
won = got""",
    "memory": "won = len(bytearray(100 << 20))",
}  # fmt: skip

ANSWERS = {
    "text": "'hello'",
    "stat": "(5, True, False)",
    "directories": "(['e'], True)",
    "pathlib": "(['x.csv'], 3)",
    "walk": "[('a', []), ('a/b', ['c'])]",
    "rename": "['b']",
    "remove": "[]",
    "rmtree": "[]",
    "copyfile": "9",
    "missing": "\"[Errno 2] No such file or directory: 'nothing'\"",
    "tempfile": "b'abc'",
    "sqlite": "(3,)",
    "zipfile": "b'hello'",
    "mmap": "b'hi'",
    "lock": "1",
    "hashes": "'e3b0c442'",
    "zone": "'2024-07-01 00:00:00+02:00'",
    "asyncio": "5",
    "late_imports": "'1'",
    "recursion": "20000",
    "own_signal": "[1]",
    "memory": "104857600",
}
# SQLite asks about its file by path, which nothing mediates at L2: databases stay in memory there.
ANSWERS_AT_L2 = {**ANSWERS, "sqlite": "OperationalError: unable to open database file"}
