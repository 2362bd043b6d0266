def report(n):
    lines = []
    for i in range(n):
        name = f"item-{i % 97:03d}"
        price = i * 37 % 1_000 / 100
        mark = "*" if price > 5 else "-"
        lines.append(f"{mark} {name:<10}|{price:8.2f}|{'even' if i % 2 == 0 else 'odd'}")
    text = "\n".join(lines)
    words = text.replace("|", " ").upper().split()
    total = ""
    for word in words[:2_000]:
        if word.startswith("ITEM"):
            total += word[-3:] + ","
    return len(text), len(words), total[-12:]


result = list(report(6_000))
