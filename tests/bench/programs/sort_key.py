rows = [(i * 7919 % 10_007, f"name{i % 101}") for i in range(20_000)]
ordered = sorted(rows, key=lambda row: (row[1], -row[0]))
result = [ordered[0], ordered[-1], max(rows, key=lambda row: row[0])]
