"""Shop orders: read, check, price, group and report."""

import csv
import io
import json
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

CURRENCY = "EUR"
VAT = {"DE": 0.19, "FR": 0.20, "NL": 0.21, "SE": 0.25}
WEIGHT_STEPS = [(1.0, 4.9), (5.0, 6.9), (20.0, 12.5)]
CODE = re.compile(r"^([A-Z]{2})-(\d{4})$")
SAMPLE = """order,day,customer,country,code,quantity,price
1001,2024-03-01,Iris,DE,AB-1001,3,19.90
1002,2024-03-01,Bruno,FR,AB-2040,1,249.00
1003,2024-03-02,Iris,DE,CX-0007,12,1.25
1004,2024-03-03,Chen,NL,CX-0008,0,4.00
1005,2024-03-05,Dora,SE,bad,2,10.00
1006,2024-03-08,Bruno,FR,AB-1001,2,19.90
1007,2024-03-09,Emil,US,AB-1001,1,19.90
"""


class OrderError(Exception):
    """A row that cannot become an order."""

    def __init__(self, number, reason):
        super().__init__(f"order {number}: {reason}")
        self.number = number
        self.reason = reason


@dataclass
class Order:
    number: int
    day: date
    customer: str
    country: str
    code: str
    quantity: int
    price: float
    notes: list = field(default_factory=list)

    @property
    def net(self):
        return round(self.quantity * self.price, 2)

    @property
    def tax(self):
        return round(self.net * VAT[self.country], 2)

    @property
    def gross(self):
        return round(self.net + self.tax, 2)

    def is_large(self, limit=100):
        return self.net >= limit

    def describe(self):
        mark = "!" if self.is_large() else " "
        return f"{mark}{self.number} {self.customer:<8} {self.code} {self.gross:>9.2f} {CURRENCY}"


class Catalogue:
    """Products by code, with weights."""

    def __init__(self, products):
        self._products = dict(products)
        self._misses = Counter()

    def __contains__(self, code):
        return code in self._products

    def __len__(self):
        return len(self._products)

    def weight(self, code, quantity=1):
        try:
            product = self._products[code]
        except KeyError:
            self._misses[code] += 1
            return 0.5 * quantity
        return product["weight"] * quantity

    def missing(self):
        return [code for code, _ in self._misses.most_common()]


def parse_row(row):
    number = int(row["order"])
    match = CODE.match(row["code"])
    if match is None:
        raise OrderError(number, f"bad code {row['code']!r}")
    quantity = int(row["quantity"])
    if quantity <= 0:
        raise OrderError(number, "nothing ordered")
    country = row["country"].strip().upper()
    if country not in VAT:
        raise OrderError(number, f"no tax rate for {country}")
    day = date.fromisoformat(row["day"])
    return Order(number, day, row["customer"], country, row["code"], quantity, float(row["price"]))


def read_orders(text):
    orders, errors = [], []
    for row in csv.DictReader(io.StringIO(text)):
        try:
            order = parse_row(row)
        except OrderError as error:
            errors.append(str(error))
        except (KeyError, ValueError) as error:
            errors.append(f"row {row}: {error}")
        else:
            orders.append(order)
    return orders, errors


def shipping(weight):
    for limit, cost in WEIGHT_STEPS:
        if weight <= limit:
            return cost
    extra = math.ceil(weight - WEIGHT_STEPS[-1][0])
    return WEIGHT_STEPS[-1][1] + extra * 0.8


def discount(orders):
    """Percent off for a customer, by what they bought before."""
    total = sum(order.net for order in orders)
    count = len(orders)
    if total > 500 or count > 10:
        return 10
    elif total > 200:
        return 5
    elif count > 3:
        return 2
    return 0


def by_customer(orders):
    groups = defaultdict(list)
    for order in orders:
        groups[order.customer].append(order)
    return dict(sorted(groups.items()))


def initials(name):
    parts = [part for part in name.replace("-", " ").split() if part]
    return "".join(part[0].upper() for part in parts) or "?"


def by_week(orders):
    totals = {}
    for order in orders:
        year, week, _ = order.day.isocalendar()
        key = f"{year}-W{week:02d}"
        totals[key] = totals.get(key, 0) + order.net
    return totals


def longest_gap(orders):
    days = sorted({order.day for order in orders})
    gaps = [(later - earlier).days for earlier, later in zip(days, days[1:])]
    return max(gaps, default=0)


def moving_average(values, size=3):
    window = []
    for value in values:
        window.append(value)
        if len(window) > size:
            window.pop(0)
        yield sum(window) / len(window)


def fill_days(orders):
    """Net sales of every day between the first and the last order."""
    sales = Counter()
    for order in orders:
        sales[order.day] += order.net
    if not sales:
        return []
    day, last = min(sales), max(sales)
    filled = []
    while day <= last:
        filled.append((day.isoformat(), sales.get(day, 0)))
        day += timedelta(days=1)
    return filled


def percentile(values, percent):
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    position = (len(ordered) - 1) * percent / 100
    low, high = math.floor(position), math.ceil(position)
    if low == high:
        return ordered[low]
    share = position - low
    return ordered[low] * (1 - share) + ordered[high] * share


def table(rows, headers):
    widths = [len(header) for header in headers]
    for row in rows:
        for number, cell in enumerate(row):
            widths[number] = max(widths[number], len(str(cell)))
    lines = ["  ".join(header.ljust(width) for header, width in zip(headers, widths))]
    lines.append("  ".join("-" * width for width in widths))
    for row in rows:
        lines.append("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip())
    return "\n".join(lines)


class Report:
    """Collects sections and prints them in order."""

    def __init__(self, title, width=60):
        self.title = title
        self.width = width
        self.sections = []

    def add(self, heading, lines):
        if isinstance(lines, str):
            lines = lines.splitlines()
        self.sections.append((heading, list(lines)))
        return self

    def render(self):
        out = [self.title.center(self.width), "=" * self.width]
        for heading, lines in self.sections:
            out.append("")
            out.append(f"{heading} ({len(lines)})")
            out.extend(f"  {line}" for line in lines)
        return "\n".join(out)


class Warehouse:
    def __init__(self, stock):
        self.stock = dict(stock)
        self.history = []

    def reserve(self, order):
        left = self.stock.get(order.code, 0)
        if left < order.quantity:
            self.history.append(("short", order.number, order.quantity - left))
            return False
        self.stock[order.code] = left - order.quantity
        self.history.append(("reserved", order.number, order.quantity))
        return True

    def restock(self, code, quantity):
        self.stock[code] = self.stock.get(code, 0) + quantity

    def low(self, limit=2):
        return sorted(code for code, left in self.stock.items() if left < limit)


def retry(times):
    """Run a function again when it fails."""

    def decorate(function):
        def wrapper(*args, **kwargs):
            last = None
            for attempt in range(times):
                try:
                    return function(*args, **kwargs)
                except RuntimeError as error:
                    last = error
            raise last

        return wrapper

    return decorate


@retry(times=3)
def exchange(amount, rate, failures=[]):
    if len(failures) < 2:
        failures.append(amount)
        raise RuntimeError("busy")
    return round(amount * rate, 2)


def summary(orders, errors, warehouse, catalogue):
    nets = [order.net for order in orders]
    shipped = [order for order in orders if warehouse.reserve(order)]
    weights = {order.number: catalogue.weight(order.code, order.quantity) for order in shipped}
    return {
        "orders": len(orders),
        "errors": len(errors),
        "net": round(sum(nets), 2),
        "median": percentile(nets, 50),
        "shipping": round(sum(shipping(weight) for weight in weights.values()), 2),
        "largest": max(orders, key=lambda order: order.gross).number,
        "customers": {name: discount(group) for name, group in by_customer(orders).items()},
        "low": warehouse.low(),
        "unknown": catalogue.missing(),
    }


catalogue = Catalogue({"AB-1001": {"weight": 0.4}, "AB-2040": {"weight": 11.0}, "CX-0007": {"weight": 0.05}})
warehouse = Warehouse({"AB-1001": 4, "AB-2040": 1, "CX-0007": 100})
orders, errors = read_orders(SAMPLE)
facts = summary(orders, errors, warehouse, catalogue)

report = Report("Orders of March")
report.add("orders", [order.describe() for order in orders])
report.add("errors", errors)
report.add("initials", sorted({initials(order.customer) for order in orders}))
report.add("weeks", [f"{week}: {total:.2f}" for week, total in by_week(orders).items()])
report.add("days", [f"{day} {net:7.2f}" for day, net in fill_days(orders) if net or day.endswith("02")])
rows = [(order.number, order.customer, order.gross) for order in orders]
report.add("table", table(rows, ["number", "customer", "gross"]))
print(report.render())

averages = [round(value, 2) for value in moving_average(order.net for order in orders)]
dollars = exchange(facts["net"], 1.08)
for name, percent in facts["customers"].items():
    if percent:
        print(f"{name} gets {percent} % off")
print(json.dumps({"averages": averages, "dollars": dollars, "gap": longest_gap(orders)}))
facts
