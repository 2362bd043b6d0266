from pathlib import Path
p = Path("dir") / "sub"
p.mkdir(parents=True, exist_ok=True)
f = p / "a.txt"
f.write_text("hello")
(p / "b.md").touch()
(f.read_text(), f.name, f.suffix, f.stem, str(f.parent), f.exists(), sorted(x.name for x in p.iterdir()), [str(x) for x in Path(".").rglob("*.txt")], f.with_suffix(".log").name, f.stat().st_size, p.is_dir(), f.unlink(), f.exists())
