"""Prints a table of docs/measured.md from what scripts/measured_figures.sh measured.

    measured_figures.py SECTION OUT BENCHMARKS LATENCY_BOUND
"""

import csv
import json
import math
import pathlib
import statistics
import sys


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(table, name):
    return [float(row[name]) for row in table if row[name]]


def quantile(values, share):
    """Between the two nearest values, linearly."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def hidden(out, benchmarks, bound):
    """Beside the generated cells all those of the hidden half that keep the bound."""
    accuracy = {row["architecture"]: row for row in rows(benchmarks / "nasbench201/accuracy.csv")}
    fast = {row["architecture"] for row in rows(benchmarks / "nasbench201/latency.csv")
            if row["latency_ms"] and float(row["latency_ms"]) <= bound}
    print("| half | cells | lowest | mean | median | hidden cells within the bound | their median |"
          " their 90th percentile | generated above the median | above the 90th percentile |")
    print("| " + " | ".join(["---"] * 10) + " |")
    for half in range(3):
        made = column(rows(out / f"hidden-{half}-accuracy.csv"), "accuracy")
        known = {row["architecture"] for row in rows(out / f"hidden-{half}-known.csv")}
        others = [float(row["accuracy"]) for cell, row in accuracy.items()
                  if cell in fast - known and row["accuracy"]]
        middle, high = quantile(others, 0.5), quantile(others, 0.9)
        print(f"| {half} | {len(made)} | {min(made):.2f} | {statistics.mean(made):.2f} |"
              f" {statistics.median(made):.2f} | {len(others)} | {middle:.2f} | {high:.2f} |"
              f" {sum(v > middle for v in made)} | {sum(v > high for v in made)} |")


def search(out, _benchmarks, bound):
    """Best so far after some evaluations, and the final cell under three new seeds."""
    print("| method | after 10 | 20 | 40 | 60 | within the bound | their mean |"
          " final cell, seeds 11 to 13 | mean |")
    print("| " + " | ".join(["---"] * 9) + " |")
    for method in ("dinas", "random"):
        best, curve, kept = -math.inf, [], []
        for row in rows(out / f"{method}.csv"):
            if row["accuracy"] and row["latency_ms"] and float(row["latency_ms"]) <= bound:
                kept.append(float(row["accuracy"]))
                best = max(best, kept[-1])
            curve.append(best)
        again = [column(rows(out / f"{method}-best-seed{seed}.csv"), "accuracy")[0]
                 for seed in (11, 12, 13)]
        print(f"| `{method}` | " + " | ".join(f"{curve[n - 1]:.2f}" for n in (10, 20, 40, 60)) +
              f" | {len(kept)} of {len(curve)} | {statistics.mean(kept):.2f} | " +
              ", ".join(f"{v:.2f}" for v in again) + f" | {statistics.mean(again):.2f} |")


def darts(out, benchmarks, _bound):
    """Generated cells and those of the table, by the limits of the table's best tenths."""
    table = rows(benchmarks / "darts/scores.csv")
    regions = quantile(column(table, "linear_regions"), 0.9)
    condition = quantile(column(table, "ntk_condition"), 0.1)
    bounds = (("linear regions in the top 10 %", lambda r: float(r["linear_regions"]) >= regions),
              ("condition number in the top 10 %", lambda r: float(r["ntk_condition"]) <= condition),
              ("params <= 5.7 M", lambda r: float(r["params_m"]) <= 5.7),
              ("MACs <= 600 M", lambda r: float(r["macs_m"]) <= 600))
    made = rows(out / "darts-scores.csv")
    print(f"| bound | of {len(made)} generated cells | of {len(table)} random cells |")
    print("| --- | --- | --- |")
    for name, keeps in (*bounds, ("all", lambda r: all(keeps(r) for _, keeps in bounds))):
        share = [sum(keeps(row) for row in cells) / len(cells) for cells in (made, table)]
        print(f"| {name} | {share[0]:.3f} | {share[1]:.3f} |")
    for name in ("linear_regions", "ntk_condition"):
        print(f"\n{name}, median: generated {statistics.median(column(made, name)):.4g}, "
              f"random {statistics.median(column(table, name)):.4g}")


if __name__ == "__main__":
    section, folder, tables, limit = sys.argv[1:]
    {"hidden": hidden, "search": search, "darts": darts}[section](
        pathlib.Path(folder), pathlib.Path(tables), float(limit))
