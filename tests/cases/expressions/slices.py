l = list(range(10))
l[2:4] = ["a", "b", "c"]
l[::5] = [0, 0, 0]
m = list(range(6))
m[1:1] = [9]
s = "abcdef"
(l, m, s[::-1], s[1:-1:2], s[-3:], s[10:], (1, 2, 3)[slice(0, 2)], l[-1], b"abc"[1], b"abc"[1:])
