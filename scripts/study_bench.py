"""The benchmarks of scripts/studies.py, and commands on them whose results are kept in a folder."""

import csv
import gzip
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DINAS = ROOT / "build/release/bin/dinas"
VARIANT = ROOT / "build/release/bin/denoiser_variant"
DRAWS = 10000
GRAPHS = ("citeseer", "pubmed", "cs", "physics", "photo", "computers", "arxiv")


@dataclass(frozen=True)
class Benchmark:
    name: str
    space: str
    tables: tuple
    notation: tuple  # columns of the first table that spell an architecture
    metrics: tuple  # NAME:DIRECTION[:LEVEL]; the first one is an accuracy
    requests: tuple  # each a tuple of bounds
    broken: float  # accuracy of what is no network at all, and never drawn
    epochs: int
    labels: tuple  # numbers of labels; None: all
    calls: int  # network calls an architecture by default
    data_sets: tuple  # accuracies elsewhere, for transfer
    devices: tuple  # latencies elsewhere

    @property
    def accuracy(self):
        return self.metrics[0].split(":")[0]

    def of_like_kind(self, name):
        """A metric of that name, the better the higher, of the level of the accuracy."""
        return ":".join([name, *self.metrics[0].split(":")[1:]])


def benchmarks(data):
    cell = Benchmark(
        "nasbench201", "nasbench201",
        (f"{data}/nasbench201/nasbench201.csv.gz", f"{data}/hw_nas_bench/nasbench201_cifar10.csv.gz"),
        ("arch_str",), ("cifar10_test_200:max", "fpga_latency_ms:min"),
        (("cifar10_test_200 top 1%",), ("cifar10_test_200 top 20%", "fpga_latency_ms <= 3")),
        10, 16, (100, 300, 1000, 3000, None), 6,
        ("cifar100_test_200", "imagenet16_120_test_200"),
        tuple(f"{device}_latency_ms" for device in ("edgegpu", "raspi4", "edgetpu", "pixel3",
                                                    "eyeriss")))
    graph = Benchmark(
        "nasbench_graph", str(ROOT / "spaces/nasbench_graph.toml"),
        (f"{data}/nas_bench_graph/nas_bench_graph.csv.gz",), ("link", "op1", "op2", "op3", "op4"),
        ("cora_test:max:class", "cora_latency_s:min:class"),  # a row a network, in one spelling
        (("cora_test top 1%",), ("cora_test top 5%", "cora_latency_s top 30%")),
        0, 9, (100, 1000, 10000, None), 7,
        tuple(f"{name}_test" for name in GRAPHS), tuple(f"{name}_latency_s" for name in GRAPHS))
    return cell, graph


class Bench:
    """Commands on one benchmark, their results kept in a folder."""

    def __init__(self, out, benchmark):
        self.out = out / benchmark.name
        self.out.mkdir(parents=True, exist_ok=True)
        self.benchmark = benchmark
        self.tables = [part for table in benchmark.tables for part in ("--table", table)]

    def train(self, name, seed, *extra, tables=None, metrics=None):
        model = self.out / f"{name}-{seed}.dinas"
        if not model.exists():
            b = self.benchmark
            wanted = [part for metric in metrics or b.metrics for part in ("--metric", metric)]
            run(DINAS, "train", "--space", b.space, *(tables or self.tables), *wanted,
                "--epochs", b.epochs, "--seed", seed, "--out", model, *extra)
        return model

    def train_variant(self, variant, seed, noise):
        model = self.out / f"{variant}-{seed}.dinas"
        if not model.exists():
            b = self.benchmark
            run(VARIANT, variant, "--space", b.space, *self.tables,
                *[part for metric in b.metrics for part in ("--metric", metric)], "--noise", noise,
                "--epochs", b.epochs, "--seed", seed, "--out", model)
        return model

    def evaluate(self, model, request, *extra, draws=DRAWS):
        label = "_".join(str(part) for part in (*request, *extra, draws))
        path = model.with_suffix("") / f"{''.join(c if c.isalnum() else '_' for c in label)}.json"
        if not path.exists() or path.stat().st_mtime < model.stat().st_mtime:
            path.parent.mkdir(exist_ok=True)
            where = [part for bound in request for part in ("--where", bound)]
            run(DINAS, "evaluate", "--model", model, *self.tables, *where, "--queries", 1,
                "--repeats", 1, "--coverage-draws", draws, "--select", self.benchmark.accuracy,
                "--json", path, *extra)
        return json.loads(path.read_text())

    def generate(self, model, request, *extra):
        """DRAWS samples with what the tables know of them."""
        where = [part for bound in request for part in ("--where", bound)]
        path = model.with_suffix(".csv")
        run(DINAS, "generate", "--model", model, *self.tables, *where, "--count", DRAWS,
            "--format", "csv", "--out", path, *extra)
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def rows(self):
        """The networks of the first table, with what the other tables say of them."""
        rows = {}
        for table in reversed(self.benchmark.tables):
            with gzip.open(table, "rt", newline="", encoding="utf-8") as file:
                read = {tuple(row[c] for c in self.benchmark.notation): row
                        for row in csv.DictReader(file)}
            rows = {key: {**rows.get(key, {}), **row} for key, row in read.items()}
        return [row for row in rows.values()
                if float(row[self.benchmark.accuracy] or 0) > self.benchmark.broken]


def run(*command):
    shown = [str(part) for part in command]
    print("$", " ".join(shown), file=sys.stderr)
    subprocess.run(shown, check=True, stdout=subprocess.DEVNULL)
