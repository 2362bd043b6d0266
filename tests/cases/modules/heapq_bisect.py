import heapq, bisect
h = [5, 1, 4]
heapq.heapify(h)
heapq.heappush(h, 0)
a = [1, 3, 5]
bisect.insort(a, 4)
([heapq.heappop(h) for _ in range(3)], heapq.nlargest(2, [3, 9, 1]), a, bisect.bisect_left(a, 3), list(heapq.merge([1, 4], [2, 3])))
