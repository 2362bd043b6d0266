def count_words(n):
    counts = {}
    for i in range(n):
        word = "w" + str(i % 997)
        counts[word] = counts.get(word, 0) + len(word)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]


result = count_words(50_000)
