import csv
with open("s.csv", "w", newline="") as f:
    w = csv.writer(f)
    w.writerows([["n", "v"], ["a", 1], ["b", 2]])
with open("s.csv", newline="") as f:
    rows = [{**r, "v": int(r["v"])} for r in csv.DictReader(f)]
(rows, open("s.csv", "rb").read())
