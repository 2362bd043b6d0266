with open("note.txt", "w") as f:
    f.write("one\ntwo\n")
    print("three", file=f)
with open("note.txt") as f:
    lines = [line.strip() for line in f]
with open("note.txt", "a", encoding="utf-8") as f:
    n = f.write("é")
(lines, n, open("note.txt", encoding="utf-8").read().count("\n"))
