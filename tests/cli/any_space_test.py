"""Every search space from the command line: built-in ones and those of a file."""

import json
import pathlib
import signal
import subprocess
import time

import support

SPACES = pathlib.Path(__file__).resolve().parent.parent.parent / "spaces"
SHORT = ("--width", 8, "--layers", 1, "--batch", 32, "--max-seconds", 2)

# Two nodes of two operations each, in a row: four architectures less one.
SMALL = """name = "small"
summary = "two operations in a row"

[labels]
op = ["conv", "pool"]

[[node]]
name = "in"

[[node]]
name = "first"
labels = "op"
chain = true

[[node]]
name = "second"
labels = "op"
chain = true

[[forbid]]
first = "pool"
second = "pool"

[[cost]]
name = "convs"
meaning = "number of convolutions"
[[cost.at]]
nodes = ["first", "second"]
[cost.at.labels]
conv = 1
pool = 0
"""


class SpaceCommands(support.CommandTest):
    def write(self, text):
        path = self.folder / "small.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def test_nasbench101_has_its_published_number_of_cells(self):
        text = self.succeed("spaces", "--count", "nasbench101")
        self.assertIn("classes: 423624", text)
        count = json.loads(self.succeed("spaces", "--count", "nasbench101", "--json"))
        self.assertEqual(count["classes"], 423624)
        self.assertEqual(count["classes_by_nodes"],
                         {"2": 1, "3": 6, "4": 84, "5": 2441, "6": 62010, "7": 359082})
        for nodes, classes in count["classes_by_nodes"].items():
            self.assertRegex(text, rf"with +{nodes} nodes: {classes}\n")

    def test_what_cannot_be_listed_is_not_counted(self):
        self.assertIn("too many to list", self.succeed("spaces", "--count", "darts"))
        count = json.loads(self.succeed("spaces", "--count", "darts", "--json"))
        self.assertTrue(count["all_valid"])
        self.assertIsNone(count["classes"])

    def test_a_space_file_is_counted(self):
        path = self.write(SMALL)
        count = json.loads(self.succeed("spaces", "--count", path, "--json"))
        self.assertEqual((count["name"], count["combinations"], count["classes"]), ("small", 4, 3))
        self.assertFalse(count["all_valid"])

    def test_shipped_files_are_good(self):
        files = sorted(SPACES.glob("*.toml"))
        self.assertGreater(len(files), 3)
        for path in files:
            with self.subTest(path.name):
                text = self.succeed("spaces", "check", path)
                for word in ("variables", "combinations of values", "an architecture: "):
                    self.assertIn(word, text)

    def test_a_mistake_comes_with_its_line(self):
        path = self.write(SMALL.replace('labels = "op"', 'labels = "ops"', 1))
        line = SMALL.splitlines().index('labels = "op"') + 1
        text = self.explain(1, "spaces", "check", path)
        self.assertIn(f"{path}:{line}: expected ", text)
        self.assertIn("'ops'", text)
        path = self.write(SMALL + "[[node\n")
        self.assertIn(f"{path}:{len(SMALL.splitlines()) + 1}", self.explain(1, "spaces", "check",
                                                                           path))

    def test_a_file_that_is_not_there(self):
        missing = self.folder / "missing.toml"
        self.assertIn("missing.toml", self.explain(1, "spaces", "check", missing))
        self.assertIn("missing.toml", self.explain(1, "spaces", "--count", missing))


class Training(support.CommandTest):
    """What is refused before any training."""

    def refuse_training(self, code, *args, space="darts", metric="params_m:min"):
        out = self.folder / "m.dinas"
        text = self.explain(code, "train", "--space", space, "--metric", metric, "--out", out,
                            *args)
        self.assertFalse(out.exists())
        return text

    def test_random_out_of_range(self):
        for count in (-1, 10_000_001):
            self.assertIn("--random must be from 0", self.refuse_training(2, "--random", count))

    def test_loss_weights(self):
        for weight in ("edge", "edge=", "edge=x", "node=2", "=1", "edge=1=2"):
            text = self.refuse_training(2, "--random", 10, "--loss-weight", weight)
            self.assertIn(f"'{weight}'", text)
        for weight in ("edge=0", "label=-1", "inputs=inf", "edge=nan", "edge=1e9"):
            text = self.refuse_training(2, "--random", 10, "--loss-weight", weight)
            self.assertIn("--loss-weight must be from 0.001 to 1000", text)

    def test_unknown_spaces(self):
        text = self.refuse_training(2, "--random", 10, space="nowhere")
        self.assertIn("darts", text)
        self.assertIn("missing.toml",
                      self.refuse_training(1, "--random", 10, space=self.folder / "missing.toml"))

    def test_a_metric_nobody_knows(self):
        text = self.refuse_training(2, "--random", 10, metric="param_m:min")
        self.assertIn("params_m", text)

    def test_a_space_too_large_to_list_needs_a_table_or_random_architectures(self):
        self.refuse_training(2)


class EndToEnd(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.model = self.folder / "m.dinas"

    def train_short(self, space, *args):
        record = self.folder / "record.json"
        self.succeed("train", "--space", space, "--out", self.model, "--json", record, *SHORT,
                     *args)
        return json.loads(record.read_text("utf-8"))

    def evaluate(self, *args):
        out = self.folder / "result.json"
        self.succeed("evaluate", "--model", self.model, "--queries", 10, "--repeats", 2,
                     "--coverage-draws", 100, "--json", out, *args)
        return json.loads(out.read_text("utf-8"))

    def generate(self, *args, count=30):
        return support.read_lines(
            self.succeed("generate", "--model", self.model, "--count", count, *args))

    def table_of(self, lines, metric):
        """A CSV table of generated architectures with one of their metrics."""
        path = self.folder / "table.csv"
        rows = {line["architecture"]: line["metrics"][metric] for line in lines}
        path.write_text("arch,measured\n" + "".join(
            '"{}",{}\n'.format(text.replace('"', '""'), value) for text, value in rows.items()),
                        encoding="utf-8")
        return path, len(rows)

    def test_darts_without_data(self):
        record = self.train_short("darts", "--random", 400, "--metric", "params_m:min",
                                  "--loss-weight", "inputs=2")
        self.assertEqual((record["graphs"], record["labels_used"]), (400, 400))
        self.assertEqual(record["model"]["training"]["random"], 400)
        lines = self.generate("--where", "params_m top 30%", "--guarantee")
        self.assertEqual(len(lines), 30)
        for line in lines:
            self.assertEqual(line["space"], "darts")
            self.assertRegex(line["architecture"], r"^Genotype\(normal=")
            self.assertTrue(line["bounds"][0]["kept"])
            self.assertGreater(line["metrics"]["params_m"], 0.0)
        again = self.generate("--where", "params_m top 30%", "--guarantee", "--batch", 7,
                              "--threads", 1)
        self.assertEqual(again, lines)

        table, rows = self.table_of(lines, "params_m")
        self.assertIn(f"{rows} architectures",
                      self.succeed("table", "info", table, "--space", "darts"))
        r = self.evaluate("--table", table, "--where", "params_m <= 3", "--select", "measured")
        self.assertEqual(r["validity"], 1.0)
        # The table knows next to nothing of the space, which can compute the bound all the same.
        self.assertGreater(r["unknown"], 50)
        self.assertEqual(r["inside"]["known"], 1.0)
        self.assertNotIn("local_search", r["controls"])
        self.assertIn("uniform_table", r["controls"])

    def test_marginal_noise_stays_inside_a_space_with_rules(self):
        self.train_short("nasbench101", "--random", 300, "--metric", "params:min", "--noise",
                         "marginal")
        done = support.run("generate", "--model", self.model, "--count", 50, "--steps", 5)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"\d+ of 50 samples were kept inside the space by its rules")
        lines = support.read_lines(done.stdout)
        self.assertEqual(len(lines), 50)
        table, rows = self.table_of(lines, "params")
        self.assertIn(f"{rows} architectures",
                      self.succeed("table", "info", table, "--space", "nasbench101"))
        r = self.evaluate("--table", table, "--steps", 5, "--select", "measured")
        self.assertEqual((r["validity"], r["rejected"]), (1.0, 0))
        self.assertTrue(0 < r["projected"] <= r["generated"])

    def test_a_space_of_a_file(self):
        space = self.folder / "chain.toml"
        space.write_bytes((SPACES / "mobilenet_chain.toml").read_bytes())
        self.train_short(space, "--random", 400, "--metric", "macs_m:min", "--metric",
                         "params_m:min")
        space.unlink()  # the model knows its space
        lines = self.generate("--where", "macs_m top 30%")
        self.assertEqual(len(lines), 30)
        shipped = SPACES / "mobilenet_chain.toml"
        for line in lines:
            self.assertEqual(line["space"], "mobilenet_chain")
            self.assertEqual(line["architecture"].count(";"), 4)  # five stages
        table, rows = self.table_of(lines, "macs_m")
        self.assertIn(f"{rows} architectures",
                      self.succeed("table", "info", table, "--space", shipped))
        r = self.evaluate("--table", table, "--where", "macs_m <= 400", "--select", "measured")
        self.assertEqual(r["validity"], 1.0)
        self.assertEqual(r["inside"]["known"], 1.0)


class Resume(support.CommandTest):
    def test_resume_asks_for_the_same_space(self):
        space = self.folder / "small.toml"
        out = self.folder / "m.dinas"
        checkpoint = self.folder / "m.dinas.checkpoint"
        command = ("train", "--space", space, "--random", 3, "--metric", "convs:max", "--out", out,
                   "--width", 8, "--layers", 1, "--batch", 8, "--max-seconds", 60)
        space.write_text(SMALL, encoding="utf-8")
        with subprocess.Popen(
            [support.BIN / "dinas", *map(str, command), "--checkpoint-seconds", "0.1"],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 50
            while not checkpoint.exists():
                self.assertIsNone(process.poll())
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        # The same architectures under another text, that may mean something else.
        space.write_text(SMALL.replace("number of convolutions", "how many convolutions"),
                         encoding="utf-8")
        text = self.refuse(1, *command, "--resume")
        self.assertIn("other options", text.splitlines()[-1])
        self.assertFalse(out.exists())


if __name__ == "__main__":
    support.main()
