# Written the way a model writes it: read the file, call the given exchange_rate(currency), write a report, show it.
import csv
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Region:
    units: int = 0
    revenue: float = 0.0
    products: dict = field(default_factory=lambda: defaultdict(float))


regions: dict[str, Region] = defaultdict(Region)
rates, skipped = {}, []

with open("sales.csv", newline="") as f:
    for number, row in enumerate(csv.DictReader(f), start=2):
        try:
            units = int(row["units"])
        except ValueError:
            skipped.append(number)
            continue
        currency = row["currency"]
        if currency not in rates:
            rates[currency] = exchange_rate(currency)
        revenue = units * float(row["unit_price"]) * rates[currency]
        region = regions[row["region"].strip().lower()]
        region.units += units
        region.revenue += revenue
        region.products[row["product"]] += revenue

lines = ["# Revenue by region (EUR)", "", "| region | units | revenue | best product |", "|---|---:|---:|---|"]
for name, region in sorted(regions.items(), key=lambda item: -item[1].revenue):
    best = max(region.products, key=region.products.get)
    lines.append(f"| {name} | {region.units} | {region.revenue:,.2f} | {best} |")
    print(f"{name:<6} {region.units:>4} units {region.revenue:>12,.2f}  {'█' * round(region.revenue / 900)}")
with open("report.md", "w") as f:
    f.write("\n".join(lines) + f"\n\nLeft out, no number of units: lines {skipped}\n")

{"total": round(sum(r.revenue for r in regions.values()), 2), "skipped": skipped}
