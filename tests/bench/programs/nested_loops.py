def count(n):
    hits = 0
    for i in range(n):
        for j in range(n):
            if (i * j) % 7 == 3:
                hits += 1
    return hits


result = count(550)
