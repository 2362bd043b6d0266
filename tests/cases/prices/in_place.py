x = [1]
x *= 3
y = 2
y *= y
z = 7
z **= 2
w = 1
w <<= 4
x, y, z, w
