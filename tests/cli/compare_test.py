"""Search methods side by side: one accounting for all, and requests that make no sense."""

import json
import re

import support


class Compare(support.CommandTest):
    ARGS = ("compare", "--space", "nasbench201", "--budget", 12, "--seeds", 3, "--methods",
            "random,local")

    def setUp(self):
        super().setUp()
        self.cells = support.random_cells(40)
        self.table = support.write_table(self.folder / "t.csv", self.cells)
        self.report = self.folder / "report.json"

    def compare(self, *args):
        """The comparison as it was written to the report, and what was printed."""
        text = self.succeed(*self.ARGS, *args, "--json", self.report)
        return json.loads(self.report.read_text(encoding="utf-8")), text

    def test_a_table_gives_the_optimum_and_threads_change_nothing(self):
        args = ("--table", self.table, "--maximize", "score")
        one, text = self.compare(*args, "--threads", 1)
        best = max(support.paths(c) + support.latency(c) / 100 for c in self.cells)
        self.assertAlmostEqual(one["optimum"], best)
        self.assertEqual(set(one["methods"]), {"random", "local"})
        self.assertIn("40 known", text)
        two, _ = self.compare(*args, "--threads", 2)
        for report in (one, two):
            for method in report["methods"].values():
                method.pop("seconds_mean")
        self.assertEqual(one, two)

    def test_a_search_that_starts_from_a_model_stands_beside_the_others(self):
        model = self.folder / "m.dinas"
        self.succeed("train", "--space", "nasbench201", "--table", self.table, "--metric",
                     "score:max", "--max-seconds", 0.01, "--out", model)
        args = ("--table", self.table, "--maximize", "score")
        report, _ = self.compare(*args, "--model", model)
        self.assertEqual(set(report["methods"]), {"random", "local", "dinas+model"})
        message = self.explain(2, *self.ARGS, "--table", self.table, "--maximize", "latency_ms",
                              "--model", model)
        self.assertIn("knows no metric of the search", message)
        before = model.read_bytes()
        self.explain(2, *self.ARGS, *args, "--model", model, "--json", model)
        self.assertEqual(model.read_bytes(), before)

    def test_a_bound_that_the_table_tells_differently_costs_evaluations(self):
        def known(path):
            _, text = self.compare("--table", path, "--maximize", "score", "--where", "paths >= 2")
            return int(re.search(r"(\d+) known", text).group(1))

        def joined(name, offset):
            lines = self.table.read_text(encoding="utf-8").splitlines()
            rows = [f"{line},{support.paths(cell) + offset}"
                    for line, cell in zip(lines[1:], self.cells)]
            path = self.folder / name
            path.write_text("\n".join([lines[0] + ",paths", *rows]) + "\n", encoding="utf-8")
            return path

        several = sum(support.paths(cell) >= 2 for cell in self.cells)
        self.assertLess(several, 40)
        self.assertEqual(known(joined("same.csv", 0)), several)  # known before anything is asked
        self.assertEqual(known(joined("other.csv", 1)), 40)

    def test_requests_that_make_no_sense(self):
        good = ("--table", self.table, "--maximize", "score")
        for args, word in (
            (("--table", self.table), "objective"),
            ((*good, "--minimize", "score"), "twice"),
            ((*good, "--where", "latency_ms <= 2", "--where", "latency_ms <= 1"), "two bounds"),
            ((*good, "--where", "score <= 2"), "direction"),
            (("--maximize", "score"), "does not compute"),
        ):
            with self.subTest(args=args):
                self.assertIn(word, self.explain(2, *self.ARGS, *args))


if __name__ == "__main__":
    support.main()
