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


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def found(result):
    return f"{result['coverage']['found']} of {result['coverage']['of']}"


def control(result, name, field):
    """A field of a control that may have been left out."""
    return result["controls"].get(name, {}).get(field)


def print_recall(out):
    rows = []
    for inside, coverage in zip(
        numbered(out / "recall", "-inside"), numbered(out / "recall", "-coverage")
    ):
        rows.append([
            title(inside),
            inside["coverage"]["of"],
            share(inside["validity"]),
            each(inside),
            share(inside["inside"]["all"]),
            share(control(inside, "uniform_space", "inside"), 4),
            found(coverage),
            share(coverage["coverage"]["share"]),
            share(control(coverage, "uniform_training", "coverage")),
        ])
    table(
        ["bounds", "cells that meet them", "valid as drawn", "inside each", "inside all",
         "uniform draws inside", "found in 10,000 draws", "coverage",
         "coverage of uniform draws from the training cells that meet the bounds"],
        rows,
    )


def print_summary(out):
    """What the README shows of the recall table."""
    rows = [
        [
            title(result),
            f"{result['coverage']['of']:,}",
            share(result["inside"]["all"]),
            share(control(result, "uniform_space", "inside"), 4),
        ]
        for result in numbered(out / "recall", "-inside")
    ]
    table(["bounds", "cells of 15,284 that meet them", "samples inside", "uniform draws inside"],
          rows)


def print_labels(out):
    per_seed = [
        list(zip(numbered(out / f"labels/{seed}", "-inside"),
                 numbered(out / f"labels/{seed}", "-coverage")))
        for seed in SEEDS
    ]
    rows = []
    for request in zip(*per_seed):
        inside = [pair[0] for pair in request]
        coverage = [pair[1] for pair in request]
        rows.append([
            title(inside[0]),
            inside[0]["coverage"]["of"],
            spread([r["inside"]["all"] for r in inside]),
            share(control(inside[0], "uniform_space", "inside"), 4),
            spread([r["coverage"]["share"] for r in coverage]),
            spread([control(r, "uniform_training", "coverage") for r in coverage]),
        ])
    table(
        ["bounds", "cells that meet them", "inside all", "uniform draws inside",
         "coverage in 10,000 draws",
         "coverage of uniform draws from the labelled cells that meet the bounds"],
        rows,
    )


def print_generalisation(out):
    per_seed = [numbered(out / f"generalisation/{seed}", "") for seed in SEEDS]
    rows = []
    for request in zip(*per_seed):
        hidden = [result["hidden"] for result in request]
        rows.append([
            title(request[0]),
            spread([result["inside"]["all"] for result in request]),
            spread([h["share"] for h in hidden]),
            spread([h["inside"] for h in hidden]),
            spread([h["uniform"] for h in hidden], 4),
            ", ".join(f"{h['distinct']} of {h['of']}" for h in hidden),
        ])
    table(
        ["bounds", "inside, all samples", "samples on hidden cells", "of those inside",
         "uniform draws of hidden cells inside", "hidden cells found, each seed"],
        rows,
    )


def reached(outcome):
    report = outcome["report"]
    if report["mean"] is None:
        return "-"
    return f"{report['mean']:.2f} ± {report['sd']:.2f}"


def print_paper(out):
    rows = []
    for selector in ("test", "valid"):
        for name in ("cifar10", "cifar100", "imagenet16_120"):
            result = load(out / f"paper/{name}-{selector}.json")
            rows.append([
                f"`{result['report']['metric']}`",
                f"`{result['select']['metric']}`",
                reached(result),
                f"{result['optimum_found']} of {result['repeats']}",
                f"{result['best_possible']['report']:.2f}",
                f"{result['selector_limit']['report']:.2f}",
                *(reached(result["controls"][c]) if c in result["controls"] else "-"
                  for c in ("uniform_space", "regularised_evolution", "local_search")),
            ])
    table(
        ["reported", "selected by", "dinas", "best selected value found", "best possible",
         "selector that sees the whole bounded set", "uniform draws", "regularised evolution",
         "local search"],
        rows,
    )


def cells_under(accuracy, bound, accuracy_table, hardware_table):
    """(accuracy, isomorphism class) of the cells that keep a bound, best first. BOUND is "METRIC <= V" or "METRIC top P%" of a metric to minimise. Cells without an
    input-output path are left out; they are exactly at chance, 10 %, on CIFAR-10."""
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


def print_bounds(out):
    rows = []
    for name in ("cifar10", "imagenet16_120"):
        folder = out / "bounds" / name
        for alone, best in zip(numbered(folder, "-alone"), numbered(folder, "-tenth")):
            bound = bounds_of(alone)[0]
            rows.append([
                f"`{alone['select']['metric']}`",
                f"`{bound}`",
                alone["coverage"]["of"],
                share(best["inside"][bound]),
                share(best["inside"]["all"]),
                f"{best['select']['mean']:.2f}" if best["feasible"] else "-",
                f"{alone['best_possible']['select']:.2f}",
                f"{best['optimum_found']} of {best['repeats']}",
                *(f"{control(best, c, 'optimum_found')} of {best['repeats']}"
                  for c in ("uniform_space", "regularised_evolution", "local_search")),
            ])
    table(
        ["accuracy", "bound", "cells that meet it", "samples that keep it",
         "samples that also reach the ten best cells", "best of 192", "best possible", "optimum found", "uniform draws",
         "regularised evolution", "local search"],
        rows,
    )


def print_spaces(out):
    rows = []
    for result in numbered(out / "spaces", ""):
        inside = result["inside"]
        rows.append([
            title(result),
            result["coverage"]["draws"],
            result["labels_used"],
            each(result),
            share(inside["all"]),
            share(inside["known"], 4),
            share(inside["of_known"]),
            share(control(result, "uniform_table", "inside") or
                  control(result, "uniform_space", "inside"), 4),
            share(result["uniqueness"]),
            share(result["novelty"]),
            ", ".join(f"{n}: {count}" for n, count in
                      sorted(result["sizes"].items(), key=lambda item: int(item[0]))),
        ])
    table(
        ["bounds", "samples", "labels used", "inside each", "inside all", "known", "inside of the known",
         "rows of the table inside", "unique", "novel", "samples by nodes"],
        rows,
    )


def print_validity(out):
    rows = []
    for path in sorted((out / "validity").glob("*.json")):
        space, model, guidance = path.stem.rsplit("-", 2)
        name = {"untrained": "mask, untrained", "spaces": "mask, trained",
                "marginal": "marginal, trained"}[model]
        result = load(path)
        rows.append([f"`{space}`", name, guidance, result["generated"],
                     share(result["validity"], 4), result["repaired"], result["rejected"],
                     share(result["uniqueness"], 4)])
    table(["space", "noise, network", "guidance", "samples", "valid as drawn", "repaired", "rejected",
           "unique"], rows)


PRINT = {
    "recall": print_recall,
    "summary": print_summary,
    "generalisation": print_generalisation,
    "labels": print_labels,
    "paper": print_paper,
    "bounds": print_bounds,
    "spaces": print_spaces,
    "validity": print_validity,
}


def main():
    if len(sys.argv) == 6 and sys.argv[1] in ("tenth", "twins"):
        cells = cells_under(*sys.argv[2:])
        if sys.argv[1] == "tenth":
            print(repr(cells[9][0]))
        else:
            print_twins(cells)
        return
    if len(sys.argv) != 3 or sys.argv[1] not in PRINT:
        sys.exit(__doc__.strip())
    PRINT[sys.argv[1]](Path(sys.argv[2]))


if __name__ == "__main__":
    main()
