"""/cell: files in, files out, and nothing beside it."""

from __future__ import annotations

import hashlib

from sandbox.limits import Limits

from ...base import Executor
from ..case import case, equal, ok


@case()
def written_by_the_host_read_by_the_guest(executor: Executor) -> None:
    executor.files.write("data/sales.csv", b"a,1\nb,2\n")
    equal(ok(executor.run("open('data/sales.csv').read()")).value, "a,1\nb,2\n")


@case()
def written_by_the_guest_read_by_the_host(executor: Executor) -> None:
    ok(executor.run("with open('out.bin', 'wb') as f:\n    f.write(bytes(range(256)))"))
    equal(executor.files.read("out.bin"), bytes(range(256)))


@case()
def cell_is_the_current_directory(executor: Executor) -> None:
    ok(executor.run("with open('/cell/a.txt', 'w') as f:\n    f.write('hi')"))
    equal(ok(executor.run("open('a.txt').read()")).value, "hi")
    equal(executor.files.read("/cell/a.txt"), b"hi")


@case()
def text_is_utf8(executor: Executor) -> None:
    executor.files.write("t.txt", "é中")
    equal(ok(executor.run("open('t.txt', encoding='utf-8').read()")).value, "é中")


@case()
def list_stat_remove(executor: Executor) -> None:
    executor.files.write("b/two.txt", b"22")
    executor.files.write("one.txt", b"1")
    equal(executor.files.list(), ["b/two.txt", "one.txt"])
    equal(executor.files.list("b"), ["b/two.txt"])
    stat = executor.files.stat("b/two.txt")
    equal((stat.kind, stat.size), ("file", 2))
    executor.files.remove("one.txt")
    equal(executor.files.list(), ["b/two.txt"])


@case()
def missing_file(executor: Executor) -> None:
    try:
        executor.files.read("nothing.txt")
    except FileNotFoundError:
        pass
    else:
        raise AssertionError("a missing file was read")
    error = executor.run("open('nothing.txt')").error
    assert error is not None
    equal((error.kind, error.type), ("guest", "FileNotFoundError"))


@case()
def large_file_round_trip(executor: Executor) -> None:
    data = bytes(range(256)) * 8192
    executor.files.write("big.bin", data)
    equal(ok(executor.run("len(open('big.bin', 'rb').read())")).value, len(data))
    equal(executor.files.read("big.bin"), data)


@case()
def paths_of_the_host_are_checked(executor: Executor) -> None:
    for path in ("../x", "/etc/passwd", "a/../../x", "", "a\0b", "/cell/../etc/passwd"):
        try:
            executor.files.write(path, b"")
        except ValueError:
            continue
        raise AssertionError(f"{path!r} was accepted")


@case()
def guest_does_not_read_the_host(executor: Executor) -> None:
    for path in ("/etc/passwd", "/proc/self/environ", "../../../../etc/passwd", "/etc/hostname"):
        result = executor.run(f"try:\n    r = open({path!r}).read()\nexcept OSError as e:\n    r = 'refused'\nr")
        assert result.error is not None or result.value == "refused", f"{path} was read: {result.value!r}"


@case()
def new_and_changed_files_are_artifacts(executor: Executor) -> None:
    executor.files.write("in.txt", b"in")
    result = ok(executor.run("with open('report.csv', 'w') as f:\n    f.write('a,b')"))
    equal([(a.name, a.size) for a in result.artifacts], [("report.csv", 3)])
    artifact = result.artifacts[0]
    equal(artifact.media_type, "text/csv")
    equal(artifact.digest, hashlib.sha256(b"a,b").hexdigest())
    equal(artifact.read(), b"a,b")
    equal(ok(executor.run("1")).artifacts, ())


@case(needs=("disk_mb",), limits=Limits(wall_s=20, disk_mb=2))
def disk_is_limited(executor: Executor) -> None:
    executor.run("with open('big', 'wb') as f:\n    for _ in range(8):\n        f.write(b'x' * (1 << 20))")
    kept = executor.run("import os\nsum(os.path.getsize(n) for n in os.listdir('.'))")
    assert kept.error is None and kept.value <= 2 << 20, repr(kept)


@case()
def csv_and_json_work_on_files(executor: Executor) -> None:
    executor.files.write("t.csv", "name,n\na,1\nb,2\n")
    source = (
        "import csv, json\nwith open('t.csv', newline='') as f:\n    rows = list(csv.DictReader(f))\n"
        "with open('t.json', 'w') as f:\n    json.dump(rows, f)\nlen(rows)"
    )
    equal(ok(executor.run(source)).value, 2)
    equal(executor.files.read("t.json"), b'[{"name": "a", "n": "1"}, {"name": "b", "n": "2"}]')
