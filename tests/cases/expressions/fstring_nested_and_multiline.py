rows = [("ab", 1), ("c", 22)]
width = max(len(n) for n, _ in rows)
out = "".join(f"{n:<{width}}|{v:>{width + 1},d}\n" for n, v in rows)
(out, f"{'yes' if rows else 'no'} {len(rows):03d} {1e6:,.0f} {0.256:.1%} {255:#x} {5:+d} {'x':*^5}")
