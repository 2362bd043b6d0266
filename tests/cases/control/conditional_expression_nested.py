grade = lambda n: "A" if n > 90 else "B" if n > 80 else "C"
[grade(n) for n in (95, 85, 20)]
