def multiply(a, b):
    size = len(b)
    out = []
    for row in a:
        line = []
        for j in range(len(b[0])):
            total = 0
            for k in range(size):
                total += row[k] * b[k][j]
            line.append(total)
        out.append(line)
    return out


def transpose(m):
    return [list(column) for column in zip(*m)]


n = 36
a = [[(i * j + 3) % 11 for j in range(n)] for i in range(n)]
b = transpose([[(i + 2 * j) % 7 for j in range(n)] for i in range(n)])
product = multiply(a, b)
trace = sum(product[i][i] for i in range(n))
result = [trace, max(max(row) for row in product), product[3][5]]
