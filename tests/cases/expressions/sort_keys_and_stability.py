people = [("bo", 30), ("al", 25), ("cy", 30), ("di", 25)]
by_age = sorted(people, key=lambda p: p[1])
people.sort(key=lambda p: (-p[1], p[0]))
(by_age, people, sorted("bAc", key=str.lower), sorted([3, 1, 2], reverse=True), max(people, key=lambda p: p[0]), min([], default="none"))
