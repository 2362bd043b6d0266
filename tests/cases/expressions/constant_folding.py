print(1 + 1, 2 - 5, 3 * 4, 7 / 2, -7 // 2, -7 % 3, 1.5 + 2, 2j * 2j, 1 + 2 * 3 - 4)
print((0.1 + 0.2).hex(), type(6 / 3), 5 % -3, -0.0 + 0, 1e308 * 10)
print(0xFFFFFFFFFFFFFFFF + 1, 0xFFFFFFFFFFFFFFFFFF * 0xFFFFFFFFFFFFFFFFFF)
print(True + 1, "a" "b" + "c", "ab" * 2)
for text in ("1 / 0", "1 // 0", "5 % 0", "1.0 / 0", "1 + 'a'", "2j // 1"):
    try:
        print(eval(text))
    except (ArithmeticError, TypeError) as error:
        print(type(error).__name__, error)
def day(): return 24 * 60 * 60
day() + 1 / 0
