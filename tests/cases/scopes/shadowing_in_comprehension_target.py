i = "keep"
total = sum(i for i in range(5))
d = {i: i for i in "ab"}
(i, total, d)
