import random
random.seed(42)
a = [random.randint(1, 6) for _ in range(5)]
r = random.Random(7)
b = r.sample(range(100), 4)
x = [1, 2, 3, 4, 5]
random.shuffle(x)
(a, b, x, round(random.random(), 12), random.choice("abc"), random.choices("xy", k=3), round(random.gauss(0, 1), 9))
