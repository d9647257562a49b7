"""What the end-to-end tests share: they see the program as a user does, through its arguments,
exit codes, output and files."""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(os.environ.get("DINAS_BIN", "build/release/bin"))
SKIPPED = 77  # what ctest is told to report as "skipped"

# What the programs keep of tables stays with the tests.
CACHE = tempfile.TemporaryDirectory(prefix="dinas-cache-")
os.environ["XDG_CACHE_HOME"] = CACHE.name

OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
# A network that learns next to nothing, but in a second.
TINY = ("--width", 8, "--layers", 1, "--batch", 64)
# Metrics that the space computes; they pull against each other.
COMPUTED = ("--metric", "effective_cifar10_macs_m:min", "--metric", "paths:max")


def run(*args, program="dinas", timeout=500, **options):
    """Runs the program and returns the finished process with its output as text.

    Standard input is closed, so a program that waits for an answer fails instead of hanging.
    """
    return subprocess.run(
        [BIN / program, *map(str, args)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=timeout,
        check=False,
        **options,
    )


def data_folder():
    """The folder of benchmark tables; skips the calling test where there is none."""
    folder = os.environ.get("DINAS_DATA")
    if not folder:
        raise unittest.SkipTest("set DINAS_DATA to the folder of benchmark tables to run this")
    return pathlib.Path(folder)


def need_torch():
    """Skips the calling test in a build without libtorch."""
    if not (BIN / "dinas-torch").exists():
        raise unittest.SkipTest("built without libtorch")


def notation(operations):
    """The NAS-Bench-201 string of the operations on edges 01, 02, 12, 03, 13, 23."""
    a, b, c, d, e, f = operations
    return f"|{a}~0|+|{b}~0|{c}~1|+|{d}~0|{e}~1|{f}~2|"


def operations_of(text):
    """Inverse of `notation`."""
    return [part.split("~")[0] for node in text.split("+") for part in node.strip("|").split("|")]


def paths(text):
    """Number of input-output paths of a cell, counted by hand."""
    a, b, c, d, e, f = (operation != "none" for operation in operations_of(text))
    return d + (a and e) + (b and f) + (a and c and f)


def latency(text):
    """A made-up cost: every operation but "none" takes its time."""
    return sum(OPERATIONS.index(operation) for operation in operations_of(text)) / 4


def random_cells(count, seed=1):
    """Distinct cells with at least one path."""
    stream = random.Random(seed)
    cells = {}
    while len(cells) < count:
        cell = notation(stream.choices(OPERATIONS, k=6))
        if paths(cell) > 0:
            cells[cell] = None
    return list(cells)


def write_table(path, cells):
    """A table with the columns cell, latency_ms and score."""
    lines = ["cell,latency_ms,score"]
    lines += [f"{cell},{latency(cell)},{paths(cell) + latency(cell) / 100}" for cell in cells]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read_lines(text):
    """The objects of JSON Lines."""
    return [json.loads(line) for line in text.splitlines()]


class CommandTest(unittest.TestCase):
    """A test with a folder of its own, `self.folder`, that is gone afterwards."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dinas-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def succeed(self, *args, **options):
        """Runs the program, which must succeed, and returns what it wrote to standard output."""
        done = run(*args, **options)
        self.assertEqual(done.returncode, 0, f"dinas {args}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def refuse(self, code, *args, **options):
        """Runs the program, which must stop with `code` and explain itself on standard error.

        Returns the explanation.
        """
        done = run(*args, **options)
        self.assertEqual(done.returncode, code, f"dinas {args}:\n{done.stdout}{done.stderr}")
        self.assertNotEqual(done.stderr.strip(), "", f"dinas {args} failed without a word")
        return done.stderr

    def explain(self, code, *args, **options):
        """Like `refuse`, for what must be explained in a single sentence and leaves no result."""
        done = run(*args, **options)
        self.assertEqual(done.returncode, code, f"dinas {args}:\n{done.stdout}{done.stderr}")
        self.assertEqual(done.stdout, "")
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertRegex(lines[0], r"^dinas: .")
        return lines[0]

    def train(self, out, *args, **options):
        """Trains a tiny model on a space's own metrics unless told otherwise."""
        data = () if "--metric" in args else COMPUTED
        length = () if "--epochs" in args else ("--epochs", 1)
        self.succeed("train", "--space", "nasbench201", "--out", out, *TINY, *data, *length, *args,
                     **options)
        return out


class ModelTest(CommandTest):
    """Tests of a file that share one tiny model, `self.model`, trained on all cells and computed
    metrics."""

    model = None

    @classmethod
    def setUpClass(cls):
        if ModelTest.model is not None:
            return
        folder = tempfile.TemporaryDirectory(prefix="dinas-cli-")
        unittest.addModuleCleanup(folder.cleanup)
        model = pathlib.Path(folder.name) / "tiny.dinas"
        done = run("train", "--space", "nasbench201", "--out", model, *TINY, *COMPUTED, "--epochs",
                   1)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        ModelTest.model = model

    def generate(self, *args, count=20, model=None):
        """Lines of JSON that `dinas generate` prints."""
        return read_lines(
            self.succeed("generate", "--model", model or self.model, "--count", count, *args))


def main():
    """Runs the tests of the calling file. Any skipped test makes the whole file "skipped" for
    ctest, because what did not run must be visible there; a failure outweighs it."""
    result = unittest.main(exit=False, verbosity=2).result
    if not result.wasSuccessful() or (result.testsRun == 0 and not result.skipped):
        sys.exit(1)
    sys.exit(SKIPPED if result.skipped else 0)
