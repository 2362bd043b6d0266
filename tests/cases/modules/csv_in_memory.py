import csv, io
text = 'name,qty\n"a, b",3\nc,4\n'
rows = list(csv.DictReader(io.StringIO(text)))
out = io.StringIO()
w = csv.writer(out)
w.writerow(["x", 'say "hi"', 3])
d = csv.DictWriter(out, fieldnames=["k", "v"])
d.writeheader()
d.writerow({"k": 1, "v": None})
(rows, out.getvalue())
