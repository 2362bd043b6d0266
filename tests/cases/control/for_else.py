def find(xs, want):
    for x in xs:
        if x == want:
            result = "found"
            break
    else:
        result = "missing"
    return result
(find([1, 2], 2), find([1, 2], 3), find([], 1))
