#!/usr/bin/env python3
"""Measures the tables of docs/studies.md and prints them as Markdown.

usage: DINAS_DATA=FOLDER scripts/studies.py OUT [SECTION]...

Sections: guidance labels conditioning noise network novelty transfer (NAS-Bench-201 and
NAS-Bench-Graph), scaling (spaces from files). Without one, all of them. Trainings are counted in epochs, so that no
figure but seconds depends on the machine. Models and results that are in OUT already are used as
they are: stopped, the same command goes on. STUDY_SEEDS replaces the 5 seeds, to try it out.
"""

import csv
import os
import statistics
import sys
from pathlib import Path

import figures
import study_scaling
from figures import spread
from study_bench import DRAWS, Bench, benchmarks

SEEDS = range(int(os.environ.get("STUDY_SEEDS", "5")))


def table(title, rows):
    print(f"\n{title}\n")
    figures.table(rows)
    sys.stdout.flush()


def quality(setting, results, draws=DRAWS):
    """One row of a table: every result is a list over the seeds, one result a request. Coverage and
    uniqueness depend on the number of draws and are left out where it is not DRAWS."""
    row = {"setting": setting}
    for number, seeds in enumerate(results, 1):
        row[f"inside {number}"] = spread([r["inside"]["all"] for r in seeds])
        for name, values in (("coverage", [r["coverage"]["share"] for r in seeds]),
                             ("unique", [r["uniqueness"] for r in seeds])):
            row[f"{name} {number}"] = spread(values) if draws == DRAWS else "-"
    return row


def requests_of(benchmark):
    asked = [" and ".join(f"`{bound}`" for bound in request) for request in benchmark.requests]
    return "; ".join(f"{number}: {text}" for number, text in enumerate(asked, 1))


def compared(bench, settings, models):
    """Every setting (its text, arguments of evaluate) with the models, a row each."""
    for text, extra in settings:
        yield quality(text, [[bench.evaluate(model, request, *extra) for model in models]
                             for request in bench.benchmark.requests])


def base(bench):
    return [bench.train("base", seed) for seed in SEEDS]


def guidance(bench):
    calls = bench.benchmark.calls
    settings = [(f"w = {w}", ("--guidance", w)) for w in (0, 0.5, 1, 1.5, 2.5, 4, 8)]
    settings += [("composed, w = 2.5", ("--guidance", 2.5, "--guidance-form", "composed"))]
    settings += [(f"w = 2.5 in calls {a} to {b}", ("--guidance", 2.5, "--guidance-steps", f"{a}:{b}"))
                 for a, b in ((1, calls // 2), (calls // 2 + 1, calls))]
    table(f"Guidance on {bench.benchmark.name}; {requests_of(bench.benchmark)}",
          compared(bench, settings, base(bench)))


def labels(bench):
    def row(count):
        if count is None:
            models = base(bench)
        else:
            models = [bench.train(f"labels{count}", seed, "--labels", count) for seed in SEEDS]
        return next(compared(bench, [("all" if count is None else count, ())], models))
    table(f"Labels on {bench.benchmark.name}; {requests_of(bench.benchmark)}",
          [row(count) for count in bench.benchmark.labels])


def best_values(rows, metric):
    """The worst values inside `top 1%` and `top 5%` of the rows, by the rule of dinas: equal values are
    inside together, and no more rows than the share. Latencies are the better the lower."""
    sign = -1 if "latency" in metric else 1
    ordered = sorted((float(row[metric]) for row in rows if row[metric]), key=lambda v: -sign * v)
    limits = {}
    for share in (1, 5):
        inside = len(ordered) * share // 100
        while inside > 1 and ordered[inside] == ordered[inside - 1]:
            inside -= 1
        limits[share] = ordered[inside - 1]
    return limits


def share_inside(rows, metric, limit, of):
    """Of `of`; a row without a value is outside."""
    lower = "latency" in metric
    values = [float(row[metric]) for row in rows if row[metric]]
    return sum(v <= limit if lower else v >= limit for v in values) / of


def clusters(values, count):
    """Borders of the one-dimensional k-means clusters, from quantiles on."""
    values = sorted(values)
    borders = [values[len(values) * k // count] for k in range(1, count)]
    for _ in range(100):
        groups = [[] for _ in range(count)]
        k = 0
        for value in values:
            while k < count - 1 and value >= borders[k]:
                k += 1
            groups[k].append(value)
        centres = [statistics.mean(group) for group in groups if group]
        moved = [(a + b) / 2 for a, b in zip(centres, centres[1:])]
        if moved == borders:
            break
        borders, count = moved, len(centres)
    return borders


def conditioning(bench):
    """The same metric as a number, as two classes and in ten classes of three kinds."""
    b = bench.benchmark
    rows = bench.rows()
    values = [float(row[b.accuracy]) for row in rows]
    ordered = sorted(values)
    best = best_values(rows, b.accuracy)
    low, high = ordered[0], ordered[-1]
    borders = {
        "classes2": [best[5]],
        "width10": [low + (high - low) * k / 10 for k in range(1, 10)],
        "frequency10": [ordered[len(ordered) * k // 10] for k in range(1, 10)],
        "cluster10": clusters(values, 10)}
    path = bench.out / "classes.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([*b.notation, b.accuracy, *borders])
        for row, value in zip(rows, values):
            out.writerow([*(row[column] for column in b.notation), row[b.accuracy],
                          *(sum(value >= border for border in kind) for kind in borders.values())])
    metrics = [b.of_like_kind(name) for name in (b.accuracy, *borders)]
    models = [bench.train("classes", seed, tables=["--table", path], metrics=metrics)
              for seed in SEEDS]
    asked = [("bound top 1%", f"{b.accuracy} >= {best[1]}"), ("bound top 5%", f"{b.accuracy} >= {best[5]}")]
    asked += [(name, f"{name} >= {len(kind)}") for name, kind in borders.items()]

    def row(name, bound):
        drawn = [[float(r[b.accuracy]) for r in bench.generate(model, (bound,)) if r[b.accuracy]]
                 for model in models]
        threshold = float(bound.split(" >= ")[1])
        inside = threshold if bound.startswith(b.accuracy) else borders[name][-1]
        return {"asked for": name,
                "cells of it": sum(value >= inside for value in values),
                "samples in it": spread([sum(v >= inside for v in d) / DRAWS for d in drawn]),
                **{f"in the top {s} %": spread([sum(v >= best[s] for v in d) / DRAWS for d in drawn])
                   for s in (1, 5)}}
    table(f"Conditioning on {b.name}: one model of {b.accuracy} in five forms",
          [row(*one) for one in asked])


def noise(bench):
    calls = bench.benchmark.calls
    kinds = {"mask": [1, 2, 3, calls], "marginal": [5, 20, 50, 100, 500],
             "uniform": [5, 20, 50, 100, 500]}
    rows = []
    for kind, steps in kinds.items():
        models = base(bench) if kind == "mask" else [
            bench.train(kind, seed, "--noise", kind) for seed in SEEDS]
        for k in steps:
            draws = DRAWS if k <= 50 else DRAWS // 10
            results = [[bench.evaluate(model, request, "--steps", k, draws=draws)
                        for model in models] for request in bench.benchmark.requests]
            seconds = [r["seconds"]["generate"] / draws * 1e6 for one in results for r in one]
            rows.append({**quality(f"{kind}, {k} calls", results, draws),
                         "us an architecture": f"{min(seconds):.0f}"})
    table(f"Noise on {bench.benchmark.name}; {requests_of(bench.benchmark)}", rows)


def network(bench):
    """Against the networks of bench/denoiser_variant.cc."""
    asked = [("mask noise", base(bench)),
             ("mask noise, undirected",
              [bench.train_variant("undirected", seed, "mask") for seed in SEEDS]),
             ("marginal noise", [bench.train("marginal", seed, "--noise", "marginal")
                                 for seed in SEEDS]),
             ("marginal noise, no time input",
              [bench.train_variant("no-time", seed, "marginal") for seed in SEEDS])]
    table(f"Network on {bench.benchmark.name}; {requests_of(bench.benchmark)}",
          [next(compared(bench, [(text, ())], models)) for text, models in asked])


def novelty(bench):
    models = [bench.train("hidden", seed, "--hide-classes", 0.5) for seed in SEEDS]

    def row(request):
        results = [bench.evaluate(m, request, "--novelty", "ged", "--novelty-samples", 10000)
                   for m in models]
        ged = [r["novelty_ged"] for r in results]
        return {"bounds": " and ".join(request) or "none",
                "inside": spread([r["inside"]["all"] for r in results]) if request else "-",
                "classes drawn": spread([g["measured"] for g in ged], 0),
                "novel": spread([g["novel"] for g in ged]),
                "distance of the novel": spread([g["mean"] for g in ged]),
                "hidden cells inside":
                spread([r["hidden"]["of_known"] for r in results]) if request else "-"}
    table(f"Novelty on {bench.benchmark.name}, half of the classes hidden",
          [row(request) for request in ((), *bench.benchmark.requests)])


def transfer(bench):
    """What is asked for by the labels of one data set or device, looked up on the others."""
    b = bench.benchmark
    rows = bench.rows()
    known = {" ".join(row[column] for column in b.notation): row for row in rows}

    def drawn_for(bound):
        for model in base(bench):
            texts = (row["architecture"].replace(",", " ") for row in bench.generate(model, (bound,)))
            yield [known[text] for text in texts if text in known]

    def looked_up(metric, drawn, own):
        best = best_values(rows, metric)
        return {"looked up": f"`{metric}`",
                **{f"samples in its best {s} %":
                   spread([share_inside(d, metric, best[s], DRAWS) for d in drawn]) for s in best},
                **{f"the asked best 1 % in its best {s} %":
                   f"{share_inside(own, metric, best[s], len(own)):.3f}" for s in best}}

    for metric, others in ((b.accuracy, b.data_sets), (b.metrics[1].split(":")[0], b.devices)):
        limit = best_values(rows, metric)[1]
        own = [row for row in rows if share_inside([row], metric, limit, 1)]
        drawn = list(drawn_for(f"{metric} top 1%"))
        table(f"Transfer on {b.name}: asked for `{metric} top 1%`, {len(own)} architectures",
              [looked_up(other, drawn, own) for other in (metric, *others)])


def scaling(out):
    table("Scaling: three passes in batches of 64, 200 draws",
          study_scaling.rows(out, SEEDS))


SECTIONS = {f.__name__: f for f in (guidance, labels, conditioning, noise, network, novelty, transfer,
                                    scaling)}


def main(arguments):
    wanted = arguments[1:] or list(SECTIONS)
    if not arguments or any(section not in SECTIONS for section in wanted):
        sys.exit(f"usage: DINAS_DATA=FOLDER scripts/studies.py OUT [{'|'.join(SECTIONS)}]...")
    data = os.environ.get("DINAS_DATA") or sys.exit(
        "studies.py: DINAS_DATA must name the folder of the benchmark tables")
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    settings = out / "settings.txt"
    text = f"{DRAWS} draws, {study_scaling.DRAWS} of chains, {benchmarks(data)}\n"
    if settings.exists() and settings.read_text() != text:
        sys.exit(f"studies.py: {out} has results of other settings; give another folder")
    settings.write_text(text)
    for section in wanted:
        if section == "scaling":
            scaling(out)
            continue
        for benchmark in benchmarks(data):
            SECTIONS[section](Bench(out, benchmark))


if __name__ == "__main__":
    main(sys.argv[1:])
