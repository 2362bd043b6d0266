from collections import Counter, defaultdict, deque, OrderedDict, ChainMap
words = "a b a c b a".split()
groups = defaultdict(list)
for i, w in enumerate(words):
    groups[w].append(i)
q = deque([1, 2, 3], maxlen=3)
q.append(4); q.appendleft(0); q.rotate(1)
c = Counter(words)
c.update("cc")
(c.most_common(2), dict(groups), q, c - Counter("a"), OrderedDict(x=1), ChainMap({"a": 1}, {"a": 2, "b": 3})["b"], groups)
