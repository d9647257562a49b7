#!/usr/bin/env python3
"""Prints the results of scripts/figures.sh as Markdown tables.

usage: figures.py recall|summary|generalisation|labels|paper|bounds|spaces|validity OUT
       figures.py tenth|twins ACCURACY BOUND ACCURACY_TABLE HARDWARE_TABLE
              the accuracy of the tenth best cell that keeps BOUND, all digits; or how the best one
              stands among the cells of its isomorphism class that keep BOUND too
"""

import bisect
import csv
import gzip
import json
import statistics
import sys
from pathlib import Path

SEEDS = range(3)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def numbered(folder, suffix):
    """The results 1SUFFIX, 2SUFFIX, ... of a folder."""
    results = []
    while (path := folder / f"{len(results) + 1}{suffix}.json").exists():
        results.append(load(path))
    if not results:
        sys.exit(f"figures.py: no results {folder}/1{suffix}.json; run scripts/figures.sh first")
    return results


def share(value, digits=3):
    return "-" if value is None else f"{value:.{digits}f}"


def spread(values, digits=3):
    """Mean and, over several seeds, standard deviation."""
    known = [value for value in values if value is not None]
    if not known:
        return "-"
    mean = f"{statistics.mean(known):.{digits}f}"
    return mean if len(known) < 2 else f"{mean} ± {statistics.stdev(known):.{digits}f}"


def bounds_of(result):
    return sorted(text for text in result["inside"] if text not in ("all", "known", "of_known"))


def title(result):
    return "<br>".join(f"`{text}`" for text in bounds_of(result))


def each(result):
    """Shares that keep each bound, in the order of title()."""
    return "<br>".join(share(result["inside"][text]) for text in bounds_of(result))


def table(rows):
    """Rows as dictionaries from the columns' titles, the same in each."""
    rows = list(rows)
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + " --- |" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row.values()) + " |")
    print()


def found(result):
    return f"{result['coverage']['found']} of {result['coverage']['of']}"


def control(result, name, field):
    """A field of a control that may have been left out."""
    return result["controls"].get(name, {}).get(field)


def inside_and_coverage(folder):
    return list(zip(numbered(folder, "-inside"), numbered(folder, "-coverage")))


def recall(out):
    for inside, coverage in inside_and_coverage(out / "recall"):
        yield {
            "bounds": title(inside),
            "cells that meet them": inside["coverage"]["of"],
            "valid as drawn": share(inside["validity"]),
            "inside each": each(inside),
            "inside all": share(inside["inside"]["all"]),
            "uniform draws inside": share(control(inside, "uniform_space", "inside"), 4),
            "found in 10,000 draws": found(coverage),
            "coverage": share(coverage["coverage"]["share"]),
            "coverage of uniform draws from the training cells that meet the bounds":
                share(control(coverage, "uniform_training", "coverage")),
        }


def summary(out):
    """What the README shows of the recall table."""
    for result in numbered(out / "recall", "-inside"):
        yield {
            "bounds": title(result),
            "cells of 15,284 that meet them": f"{result['coverage']['of']:,}",
            "samples inside": share(result["inside"]["all"]),
            "uniform draws inside": share(control(result, "uniform_space", "inside"), 4),
        }


def labels(out):
    per_seed = [inside_and_coverage(out / f"labels/{seed}") for seed in SEEDS]
    for request in zip(*per_seed):
        inside, coverage = zip(*request)
        yield {
            "bounds": title(inside[0]),
            "cells that meet them": inside[0]["coverage"]["of"],
            "inside all": spread([r["inside"]["all"] for r in inside]),
            "uniform draws inside": share(control(inside[0], "uniform_space", "inside"), 4),
            "coverage in 10,000 draws": spread([r["coverage"]["share"] for r in coverage]),
            "coverage of uniform draws from the labelled cells that meet the bounds":
                spread([control(r, "uniform_training", "coverage") for r in coverage]),
        }


def generalisation(out):
    per_seed = [numbered(out / f"generalisation/{seed}", "") for seed in SEEDS]
    for request in zip(*per_seed):
        hidden = [result["hidden"] for result in request]
        yield {
            "bounds": title(request[0]),
            "inside, all samples": spread([result["inside"]["all"] for result in request]),
            "samples on hidden cells": spread([h["share"] for h in hidden]),
            "of those inside": spread([h["inside"] for h in hidden]),
            "uniform draws of hidden cells inside": spread([h["uniform"] for h in hidden], 4),
            "hidden cells found, each seed":
                ", ".join(f"{h['distinct']} of {h['of']}" for h in hidden),
        }


def reached(outcome):
    report = outcome["report"]
    if report["mean"] is None:
        return "-"
    return f"{report['mean']:.2f} ± {report['sd']:.2f}"


DRAWS_AND_SEARCHES = {"uniform draws": "uniform_space",
                      "regularised evolution": "regularised_evolution",
                      "local search": "local_search"}


def paper(out):
    for selector in ("test", "valid"):
        for name in ("cifar10", "cifar100", "imagenet16_120"):
            result = load(out / f"paper/{name}-{selector}.json")
            controls = result["controls"]
            yield {
                "reported": f"`{result['report']['metric']}`",
                "selected by": f"`{result['select']['metric']}`",
                "dinas": reached(result),
                "best selected value found": f"{result['optimum_found']} of {result['repeats']}",
                "best possible": f"{result['best_possible']['report']:.2f}",
                "selector that sees the whole bounded set":
                    f"{result['selector_limit']['report']:.2f}",
                **{text: reached(controls[c]) if c in controls else "-"
                   for text, c in DRAWS_AND_SEARCHES.items()},
            }


def cells_under(accuracy, bound, accuracy_table, hardware_table):
    """(accuracy, isomorphism class) of the cells that keep a bound, best first. BOUND is
    "METRIC <= V" or "METRIC top P%" of a metric to minimise. Cells without an input-output path are
    left out; they are exactly at chance, 10 %, on CIFAR-10."""
    def rows(path):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            return {row["arch_str"]: row for row in csv.DictReader(file)}

    measured = rows(hardware_table)
    metric, form, value = bound.split(" ")
    cells = [
        (float(measured[arch][metric]), float(row[accuracy]), row["iso_rep"])
        for arch, row in rows(accuracy_table).items()
        if float(row["cifar10_test_200"]) > 10.0
    ]
    if form == "top":
        allowed = float(value.rstrip("%")) / 100.0 * len(cells)
        costs = sorted(cost for cost, _, _ in cells)
        # Tied cells count together: the largest cost that no more than `allowed` cells keep.
        limit = max(c for c in set(costs) if bisect.bisect_right(costs, c) <= allowed + 1e-9)
    else:
        limit = float(value)
    return sorted(((a, iso) for cost, a, iso in cells if cost <= limit), reverse=True)


def print_twins(cells):
    best, iso = cells[0]
    twins = [a for a, other in cells if other == iso]
    print(f"best {best:.2f}; its class has {len(twins)} cells under the bound, "
          f"median {statistics.median(twins):.2f}, lowest {min(twins):.2f}")


def bounds(out):
    for name in ("cifar10", "imagenet16_120"):
        folder = out / "bounds" / name
        for alone, best in zip(numbered(folder, "-alone"), numbered(folder, "-tenth")):
            bound = bounds_of(alone)[0]
            yield {
                "accuracy": f"`{alone['select']['metric']}`",
                "bound": f"`{bound}`",
                "cells that meet it": alone["coverage"]["of"],
                "samples that keep it": share(best["inside"][bound]),
                "samples that also reach the ten best cells": share(best["inside"]["all"]),
                "best of 192": f"{best['select']['mean']:.2f}" if best["feasible"] else "-",
                "best possible": f"{alone['best_possible']['select']:.2f}",
                "optimum found": f"{best['optimum_found']} of {best['repeats']}",
                **{text: f"{control(best, c, 'optimum_found')} of {best['repeats']}"
                   for text, c in DRAWS_AND_SEARCHES.items()},
            }


def spaces(out):
    for result in numbered(out / "spaces", ""):
        inside = result["inside"]
        sizes = sorted(result["sizes"].items(), key=lambda item: int(item[0]))
        yield {
            "bounds": title(result),
            "samples": result["coverage"]["draws"],
            "labels used": result["labels_used"],
            "inside each": each(result),
            "inside all": share(inside["all"]),
            "known": share(inside["known"], 4),
            "inside of the known": share(inside["of_known"]),
            "rows of the table inside": share(control(result, "uniform_table", "inside") or
                                              control(result, "uniform_space", "inside"), 4),
            "unique": share(result["uniqueness"]),
            "novel": share(result["novelty"]),
            "samples by nodes": ", ".join(f"{n}: {count}" for n, count in sizes),
        }


def validity(out):
    names = {"untrained": "mask, untrained", "spaces": "mask, trained",
             "marginal": "marginal, trained"}
    for path in sorted((out / "validity").glob("*.json")):
        space, model, guidance = path.stem.rsplit("-", 2)
        result = load(path)
        yield {
            "space": f"`{space}`",
            "noise, network": names[model],
            "guidance": guidance,
            "samples": result["generated"],
            "valid as drawn": share(result["validity"], 4),
            "projected": share(result["projected"] / result["generated"], 4),
            "rejected": result["rejected"],
            "unique": share(result["uniqueness"], 4),
        }


SECTIONS = {section.__name__: section for section in
            (recall, summary, generalisation, labels, paper, bounds, spaces, validity)}


def main():
    if len(sys.argv) == 6 and sys.argv[1] in ("tenth", "twins"):
        cells = cells_under(*sys.argv[2:])
        if sys.argv[1] == "tenth":
            print(repr(cells[9][0]))
        else:
            print_twins(cells)
        return
    if len(sys.argv) != 3 or sys.argv[1] not in SECTIONS:
        sys.exit(__doc__.strip())
    table(SECTIONS[sys.argv[1]](Path(sys.argv[2])))


if __name__ == "__main__":
    main()
