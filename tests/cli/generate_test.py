"""Architectures out of a model: formats, filters, marks, guidance and reproducibility."""

import csv
import io
import re

import support

NAMES = ["effective_cifar10_macs_m", "paths"]
BOUNDS = ("--where", "paths >= 3", "--where", "effective_cifar10_macs_m top 30%")


class Formats(support.ModelTest):
    def test_every_line_holds_the_cell_its_metrics_and_marks(self):
        lines = self.generate(*BOUNDS, "--seed", 7)
        self.assertEqual(len(lines), 20)
        for number, line in enumerate(lines):
            cell = line["architecture"]
            self.assertEqual(support.notation(support.operations_of(cell)), cell)
            self.assertEqual(line["space"], "nasbench201")
            nodes, edges = line["graph"]["nodes"], line["graph"]["edges"]
            self.assertEqual(nodes[0], "input")
            self.assertEqual(nodes[-1], "output")
            self.assertTrue(all(0 <= a < b < len(nodes) for a, b in edges))
            # Without any table: the space computes both metrics.
            self.assertEqual(list(line["metrics"]), NAMES)
            self.assertEqual(line["metrics"]["paths"], support.paths(cell))
            paths, macs = line["bounds"]
            self.assertEqual(paths, {"where": "paths >= 3", "kept": support.paths(cell) >= 3})
            self.assertIs(type(macs["kept"]), bool)
            self.assertEqual((line["seed"], line["item"]), (7, number))
            self.assertRegex(line["model"], r"^[0-9a-f]{16}$")

    def test_csv_holds_the_same(self):
        lines = self.generate(*BOUNDS)
        text = self.succeed("generate", "--model", self.model, "--count", 20, *BOUNDS, "--format",
                            "csv")
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(list(rows[0]),
                         ["architecture", *NAMES, "keeps_paths", "keeps_effective_cifar10_macs_m"])
        for row, line in zip(rows, lines, strict=True):
            self.assertEqual(row["architecture"], line["architecture"])
            self.assertEqual(float(row["paths"]), line["metrics"]["paths"])
            self.assertEqual(float(row[NAMES[0]]), line["metrics"][NAMES[0]])
            self.assertEqual(row["keeps_paths"], str(int(line["bounds"][0]["kept"])))

    def test_text_holds_the_cells_alone(self):
        text = self.succeed("generate", "--model", self.model, "--count", 20, *BOUNDS, "--format",
                            "text")
        self.assertEqual(text.splitlines(),
                         [line["architecture"] for line in self.generate(*BOUNDS)])

    def test_a_file_gets_what_would_be_printed(self):
        out = self.folder / "cells.jsonl"
        out.write_text("old", encoding="utf-8")
        self.assertEqual(self.succeed("generate", "--model", self.model, "--count", 5, "--out",
                                      out), "")
        printed = self.succeed("generate", "--model", self.model, "--count", 5)
        self.assertEqual(out.read_text("utf-8"), printed)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["cells.jsonl"])


class Reproducibility(support.ModelTest):
    def test_threads_and_batch_change_nothing(self):
        args = ("generate", "--model", self.model, "--count", 300, *BOUNDS, "--seed", 3)
        first = self.succeed(*args, "--threads", 1, "--batch", 256)
        self.assertEqual(first, self.succeed(*args, "--threads", 2, "--batch", 256))
        self.assertEqual(first, self.succeed(*args, "--threads", 2, "--batch", 1))

    def test_seeds_differ(self):
        self.assertNotEqual(
            [line["architecture"] for line in self.generate("--seed", 1)],
            [line["architecture"] for line in self.generate("--seed", 2)])

    def test_fewer_are_a_prefix_of_more(self):
        self.assertEqual(self.generate(count=5), self.generate(count=20)[:5])


class Filters(support.ModelTest):
    def test_unique_cells_differ(self):
        cells = [line["architecture"] for line in self.generate("--unique", count=600)]
        self.assertEqual(len(set(cells)), 600)

    def test_guaranteed_bounds_hold_in_every_line(self):
        lines = self.generate(*BOUNDS, "--guarantee", "--unique", count=50)
        self.assertEqual(len({line["architecture"] for line in lines}), 50)
        for line in lines:
            self.assertGreaterEqual(support.paths(line["architecture"]), 3)
            self.assertTrue(all(bound["kept"] for bound in line["bounds"]))

    def test_guarantee_keeps_what_it_found_when_it_gives_up(self):
        out = self.folder / "cells.jsonl"
        text = self.refuse(1, "generate", "--model", self.model, "--count", 1000, "--unique",
                           "--guarantee", "--where", "paths >= 4", "--where",
                           "effective_cifar10_macs_m <= 8", "--out", out)
        found = support.read_lines(out.read_text("utf-8"))
        # Six edges that are free of charge, none of them "none": 2^6 cells.
        self.assertTrue(0 < len(found) <= 64, len(found))
        self.assertIn(f"only {len(found)} of 1000 architectures", text.splitlines()[-1])
        for line in found:
            self.assertTrue(all(bound["kept"] for bound in line["bounds"]))

    def test_cells_without_a_path_are_left_out(self):
        # One random cell in 46 has none, and so has one in 46 of a network that has learned little.
        model = self.train(self.folder / "m.dinas", "--metric", "paths:max", "--max-seconds", 0.001)
        done = support.run("generate", "--model", model, "--count", 1000)
        cells = [line["architecture"] for line in support.read_lines(done.stdout)]
        self.assertEqual(len(cells), 1000)
        self.assertTrue(all(support.paths(cell) > 0 for cell in cells))
        self.assertRegex(done.stderr, r"\d+ of 1\d\d\d samples connect no input with the output")

    def test_guarantee_without_a_checkable_bound_makes_no_sense(self):
        self.assertIn("--table", self.explain(2, "generate", "--model", self.model, "--count", 1,
                                              "--guarantee"))


class TableTest(support.CommandTest):
    """A tiny model of a table of 2,000 cells, `self.cells`."""

    def setUp(self):
        super().setUp()
        self.cells = support.random_cells(2000)
        self.table = support.write_table(self.folder / "t.csv", self.cells)
        self.model = self.train(self.folder / "m.dinas", "--table", self.table, "--metric",
                                "latency_ms:min", "--metric", "score:max")

    def generate(self, *args, count=40):
        return support.read_lines(
            self.succeed("generate", "--model", self.model, "--count", count, *args))

    def classes(self, cells):
        """How many different networks the cells are."""
        table = support.write_table(self.folder / "generated.csv", cells)
        text = self.succeed("table", "info", "--space", "nasbench201", table)
        return int(re.search(r"in (\d+) isomorphism classes", text)[1])


class Tables(TableTest):
    def test_metrics_and_marks_agree_with_the_table(self):
        lines = self.generate("--table", self.table, "--where", "latency_ms <= 3", "--where",
                              "score >= 2", count=200)
        known = [line for line in lines if line["architecture"] in self.cells]
        self.assertGreater(len(known), 0)
        for line in known:
            cell = line["architecture"]
            self.assertEqual(line["metrics"]["latency_ms"], support.latency(cell))
            self.assertEqual([bound["kept"] for bound in line["bounds"]],
                             [support.latency(cell) <= 3, line["metrics"]["score"] >= 2])
        for line in lines:
            if line["architecture"] not in self.cells:
                self.assertEqual(line["metrics"], {})
                self.assertEqual([bound["kept"] for bound in line["bounds"]], [None, None])

    def test_without_the_table_nothing_is_known(self):
        for line in self.generate("--where", "latency_ms <= 3", count=5):
            self.assertEqual(line["metrics"], {})
            self.assertEqual(line["bounds"], [{"where": "latency_ms <= 3", "kept": None}])

    def test_metrics_of_class_level_are_known_of_other_spellings(self):
        known = lambda: {line["architecture"]
                         for line in self.generate("--table", self.table, count=200)
                         if line["metrics"]}
        self.assertLessEqual(known(), set(self.cells))
        self.model = self.train(self.folder / "c.dinas", "--table", self.table, "--metric",
                                "latency_ms:min:class", "--metric", "score:max:class")
        self.assertTrue(known() - set(self.cells))

    def test_metrics_of_class_level_make_other_spellings_no_other_networks(self):
        cells = [line["architecture"] for line in self.generate("--unique", count=600)]
        self.model = self.train(self.folder / "c.dinas", "--table", self.table, "--metric",
                                "latency_ms:min:class", "--metric", "score:max:class")
        networks = [line["architecture"] for line in self.generate("--unique", count=300)]
        self.assertEqual(self.classes(networks), 300)
        self.assertLess(self.classes(cells[:300]), 300)
        # The same draws without what has been there.
        self.assertLessEqual(set(networks), set(cells))
        self.assertEqual(networks, sorted(networks, key=cells.index))

    def test_guarantee_takes_known_cells_only(self):
        lines = self.generate("--table", self.table, "--guarantee", "--where", "latency_ms <= 4",
                              count=10)
        for line in lines:
            self.assertIn(line["architecture"], self.cells)
            self.assertLessEqual(support.latency(line["architecture"]), 4)

    def test_guarantee_says_which_bound_cannot_be_checked(self):
        half = self.folder / "half.csv"
        half.write_text(
            "\n".join(line.rsplit(",", 1)[0] for line in self.table.read_text("utf-8").split()),
            encoding="utf-8")
        done = support.run("generate", "--model", self.model, "--count", 5, "--guarantee",
                           "--table", half, "--where", "latency_ms <= 4", "--where", "score >= 1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("'score >= 1' cannot be checked", done.stderr)
        for line in support.read_lines(done.stdout):
            self.assertEqual([bound["kept"] for bound in line["bounds"]], [True, None])


class Ranking(TableTest):
    """By latency_ms, which the table tells of 2,000 cells; lower is better to the model."""

    def test_the_best_expectation_comes_first_and_is_nearly_right(self):
        lines = self.generate("--table", self.table, "--rank", "latency_ms", "--unique", count=300)
        expected = [line["expected"]["latency_ms"] for line in lines]
        self.assertEqual(expected, sorted(expected))
        fresh = [line for line in lines if line["architecture"] not in self.cells]
        self.assertGreater(len(fresh), 100)
        # Latencies are multiples of 0.25 up to 6: right to about one step.
        for line in fresh:
            self.assertAlmostEqual(line["expected"]["latency_ms"],
                                   support.latency(line["architecture"]), delta=0.3)
        text = self.succeed("generate", "--model", self.model, "--count", 300, "--unique", "--table",
                            self.table, "--rank", "latency_ms", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual([float(row["expected_latency_ms"]) for row in rows], expected)

    def test_what_is_expected_to_keep_the_bounds_comes_first(self):
        # Latencies are told to about 0.2 and scores differ by 1, so a cell half a millisecond beyond
        # the bound is not among the first ones, however good it is.
        lines = self.generate("--table", self.table, "--rank", "score", "--where",
                              "latency_ms <= 2.4", "--guidance", 0, count=300)
        latencies = [line["expected"]["latency_ms"] for line in lines]
        self.assertGreater(max(latencies), 2.9)
        self.assertLess(max(latencies[:20]), 2.9)
        # Far inside the bound the score alone decides.
        inside = [line["expected"]["score"] for line in lines
                  if line["expected"]["latency_ms"] < 1.4]
        self.assertGreater(len(inside), 5)
        self.assertEqual(inside, sorted(inside, reverse=True))

    def test_the_direction_can_be_given_and_the_cells_are_the_same(self):
        args = ("--table", self.table, "--rank")
        lines = self.generate(*args, "latency_ms:max")
        values = [line["expected"]["latency_ms"] for line in lines]
        self.assertEqual(values, sorted(values, reverse=True))
        self.assertEqual(sorted(line["architecture"] for line in lines),
                         sorted(line["architecture"] for line in self.generate()))

    def test_what_the_space_computes_is_not_guessed(self):
        for args in ((), ("--table", self.table)):
            for line in self.generate("--rank", "paths", *args):
                self.assertEqual(line["expected"]["paths"], support.paths(line["architecture"]))

    def test_requests_that_make_no_sense(self):
        base = ("generate", "--model", self.model, "--count", 3, "--rank")
        self.assertIn("--table", self.explain(2, *base, "latency_ms"))
        self.assertIn("latency_ms", self.explain(2, *base, "latency", "--table", self.table))
        empty = self.folder / "empty.csv"
        empty.write_text(f"cell,score\n{self.cells[0]},\n", encoding="utf-8")
        self.assertIn("no value of score", self.explain(1, *base, "score", "--table", empty))


class Guidance(support.ModelTest):
    def test_joint_and_composed_agree_on_one_bound(self):
        one = ("--where", "paths >= 3")
        joint = [line["architecture"] for line in self.generate(*one, count=100)]
        composed = [line["architecture"] for line in
                    self.generate(*one, "--guidance-form", "composed", count=100)]
        # The same formula in another order of additions: a draw may fall on the other side once.
        same = sum(a == b for a, b in zip(joint, composed, strict=True))
        self.assertGreaterEqual(same, 98)

    def test_every_option_is_taken(self):
        plain = self.generate(*BOUNDS, count=60)
        for args in (("--guidance", 0), ("--guidance-form", "composed"),
                     ("--guidance-form", "composed", "--weight", "paths=5"),
                     ("--guidance-steps", "2:4"), ("--steps", 3)):
            with self.subTest(args=args):
                self.assertNotEqual(self.generate(*BOUNDS, *args, count=60), plain)

    def test_weight_of_a_metric_replaces_the_common_one(self):
        composed = (*BOUNDS, "--guidance-form", "composed", "--guidance", 1)
        self.assertEqual(
            self.generate(*composed, "--weight", "paths=1", "--weight",
                          "effective_cifar10_macs_m=1"), self.generate(*composed))

    def test_posterior_form_of_every_noise(self):
        self.assertEqual(len(self.generate(*BOUNDS, "--guidance-form", "posterior")), 20)
        model = self.train(self.folder / "m.dinas", "--noise", "marginal")
        self.assertEqual(
            len(self.generate(*BOUNDS, "--guidance-form", "posterior", "--steps", 5, model=model)),
            20)


class Satisfiability(support.ModelTest):
    def words(self, code, *args):
        done = support.run("generate", "--model", self.model, "--count", 2, *args)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def test_the_number_of_labelled_cells_is_stated(self):
        self.assertIn("of 15284 labelled architectures meet the bounds",
                      self.words(0, *BOUNDS))

    def test_bounds_that_no_cell_meets_come_with_their_relaxations(self):
        model = self.train(self.folder / "m.dinas", "--metric", "conv_depth:max", *support.COMPUTED)
        text = self.explain(1, "generate", "--model", model, "--count", 2, "--where",
                            "conv_depth >= 3", "--where", "effective_cifar10_macs_m <= 8")
        self.assertIn("conv_depth >= 0", text)
        cost = float(text.split("effective_cifar10_macs_m <= ")[1].split()[0])
        # 7.78305 M of the cell-free network and three 1x1 convolutions of 3.93216 M.
        self.assertAlmostEqual(cost, 7.78305 + 3 * 3.93216, delta=1e-4)
        self.assertEqual(support.run("generate", "--model", model, "--count", 2, "--where",
                                     "conv_depth >= 3", "--where",
                                     f"effective_cifar10_macs_m <= {cost}").returncode, 0)

    def test_bounds_beyond_the_labels_get_a_notice(self):
        for where in ("paths >= 9", "paths top 0.001%", "effective_cifar10_macs_m <= 1"):
            with self.subTest(where=where):
                text = self.words(0, "--where", where)
                self.assertIn(f"'{where}' is tighter than every label", text)
                self.assertNotRegex(text, r"\d\.\d{8}", "digits that mean nothing")

    def test_few_labels_leave_room_beyond_them(self):
        model = self.train(self.folder / "m.dinas", "--labels", 5, "--metric", "conv_depth:max",
                           *support.COMPUTED)
        done = support.run("generate", "--model", model, "--count", 2, "--where",
                           "conv_depth >= 3", "--where", "effective_cifar10_macs_m <= 9")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("0 of 5 labelled architectures", done.stderr)
        self.assertIn("beyond the labels", done.stderr)


if __name__ == "__main__":
    support.main()
