def primes_below(n):
    candidate = [True] * n
    candidate[0] = candidate[1] = False
    i = 2
    while i * i < n:
        if candidate[i]:
            for multiple in range(i * i, n, i):
                candidate[multiple] = False
        i += 1
    return sum(candidate)


result = primes_below(100_000)
