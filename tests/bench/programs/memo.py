def edit_distance(a, b):
    memo = {}

    def distance(i, j):
        if (i, j) in memo:
            return memo[i, j]
        if i == 0 or j == 0:
            answer = i + j
        elif a[i - 1] == b[j - 1]:
            answer = distance(i - 1, j - 1)
        else:
            answer = 1 + min(distance(i - 1, j), distance(i, j - 1), distance(i - 1, j - 1))
        memo[i, j] = answer
        return answer

    return distance(len(a), len(b))


def ways(amount, coins, known):
    if amount == 0:
        return 1
    if not coins or amount < 0:
        return 0
    key = (amount, len(coins))
    if key not in known:
        known[key] = ways(amount - coins[0], coins, known) + ways(amount, coins[1:], known)
    return known[key]


result = [edit_distance("the quick brown fox jumps over", "a lazy dog sleeps under a tree"), ways(60, (25, 10, 5, 2, 1), {})]
