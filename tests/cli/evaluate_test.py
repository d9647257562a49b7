"""What `dinas evaluate` reports."""

import json

import support

SMALL = ("--queries", 20, "--repeats", 2, "--coverage-draws", 100)
OUTCOME = ("select", "report")


class Evaluate(support.ModelTest):
    def evaluate(self, *args, model=None):
        out = self.folder / "result.json"
        self.text = self.succeed("evaluate", "--model", model or self.model, *SMALL, "--json", out,
                                 *args)
        return json.loads(out.read_text("utf-8"))

    def check_outcome(self, outcome):
        for name in OUTCOME:
            self.assertLessEqual({"mean", "sd"}, set(outcome[name]))

    def test_every_field_is_there(self):
        r = self.evaluate("--where", "paths >= 3", "--select", "effective_cifar10_macs_m",
                          "--report", "paths")
        self.assertEqual((r["generated"], r["evaluations"], r["repeats"]), (100, 20, 2))
        self.assertEqual((r["validity"], r["projected"], r["rejected"]), (1.0, 0, 0))
        for name in ("uniqueness", "novelty"):
            self.assertTrue(0.0 <= r[name] <= 1.0, name)
        self.assertEqual(set(r["inside"]), {"paths >= 3", "all", "known", "of_known"})
        self.assertEqual(r["coverage"]["draws"], 100)
        self.assertEqual(r["labels_used"], 15284)
        self.assertIsNone(r["hidden"])
        self.assertTrue(r["recall"])
        self.check_outcome(r)
        # The cheapest cells with three paths need no convolution: the fixed part of the network.
        self.assertAlmostEqual(r["best_possible"]["select"], 7.78305, places=5)
        self.assertEqual(r["best_possible"]["report"], 4.0)
        self.assertEqual(set(r["controls"]),
                         {"uniform_space", "uniform_training", "best_training_label",
                          "regularised_evolution", "local_search"})
        for control in r["controls"].values():
            self.check_outcome(control)
        self.assertEqual(set(r["seconds"]), {"train", "generate"})
        self.assertEqual(set(r["versus"]), set(r["controls"]))

    def test_the_printed_protocol_names_what_was_done(self):
        self.evaluate("--select", "effective_cifar10_macs_m", "--report", "paths")
        for words in ("labels used 15284", "evaluated 20 a repeat", "2 repeats",
                      "selected by effective_cifar10_macs_m", "reported paths", "recall"):
            self.assertIn(words, self.text)

    def test_shares_agree_with_the_samples(self):
        r = self.evaluate("--where", "paths >= 3", "--select", "paths")
        lines = self.generate("--where", "paths >= 3", count=100)
        inside = sum(support.paths(line["architecture"]) >= 3 for line in lines)
        self.assertAlmostEqual(r["inside"]["all"], inside / 100)

    def test_threads_and_batch_change_nothing_but_seconds(self):
        args = ("--where", "paths >= 3", "--select", "effective_cifar10_macs_m")
        first = self.evaluate(*args, "--threads", 1)
        second = self.evaluate(*args, "--threads", 2, "--batch", 7)
        first.pop("seconds")
        second.pop("seconds")
        self.assertEqual(first, second)

    def test_hidden_classes_are_told_apart(self):
        model = self.train(self.folder / "m.dinas", "--hide-classes", 0.5)
        r = self.evaluate("--where", "paths >= 3", "--select", "paths", model=model)
        hidden = r["hidden"]
        self.assertTrue(0.0 < hidden["share"] < 1.0)
        self.assertTrue(0.0 <= hidden["inside"] <= 1.0)
        self.assertTrue(0 < hidden["distinct"] <= hidden["of"])
        # 8,192 of 15,284 cells have three paths or more, hidden or not.
        self.assertAlmostEqual(hidden["uniform"], 8192 / 15284, delta=0.05)
        self.assertFalse(r["recall"])
        self.assertIn("generalisation", self.text)

    def test_novelty_by_edit_distance(self):
        model = self.train(self.folder / "m.dinas", "--hide-classes", 0.5)
        args = ("--select", "paths", "--novelty", "ged", "--novelty-samples", 30)
        ged = self.evaluate(*args, model=model)["novelty_ged"]
        self.assertIn("edit distance to the nearest of", self.text)
        self.assertEqual((ged["measured"], ged["not_exact"]), (30, 0))
        self.assertEqual(ged["training"]["classes"], ged["training"]["of"])
        self.assertTrue(0.0 < ged["novel"] < 1.0)
        # With half of the cells in training, a hidden one has a neighbour among them.
        novel = round(30 * ged["novel"])
        self.assertEqual(ged["histogram"], [30 - novel, novel])
        self.assertEqual(ged["mean"], 1.0)
        self.assertEqual(ged, self.evaluate(*args, "--threads", 1, model=model)["novelty_ged"])
        self.assertIsNone(self.evaluate("--select", "paths", model=model)["novelty_ged"])

    def test_novelty_options_are_checked(self):
        args = ("evaluate", "--model", self.model, "--select", "paths", "--novelty")
        self.assertIn("class or ged", self.explain(2, *args, "distance"))
        self.assertIn("--novelty-samples", self.explain(2, *args, "ged", "--novelty-samples", 0))

    def test_no_labels_in_the_file_do_not_keep_controls_away(self):
        model = self.train(self.folder / "m.dinas", "--no-labels")
        r = self.evaluate("--select", "paths", model=model)
        self.assertIn("uniform_training", r["controls"])
        self.assertEqual(r["labels_used"], 15284)

    def test_another_table_has_no_training_controls(self):
        cells = support.random_cells(500)
        table = support.write_table(self.folder / "t.csv", cells)
        done = support.run("evaluate", "--model", self.model, *SMALL, "--table", table, "--select",
                           "score:max")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("controls that need them are left out", done.stderr)
        self.assertNotIn("uniform_training", done.stdout)

    def write_scores(self, name, scores):
        """A table of the cells with the one column "score", empty for None."""
        lines = ["cell,score"]
        lines += [f"{cell},{'' if score is None else score}" for cell, score in scores.items()]
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def score_model(self, table, *args):
        return self.train(self.folder / "m.dinas", "--table", table, "--metric", "score:max", *args)

    def test_only_the_labels_of_training_give_training_controls(self):
        cells = support.random_cells(300)
        scores = {cell: support.paths(cell) + i / 1000 for i, cell in enumerate(cells)}
        model = self.score_model(self.write_scores("t.csv", scores))
        args = ("--select", "score")
        turned = self.write_scores("turned.csv", dict(reversed(scores.items())))
        self.assertIn("uniform_training",
                      self.evaluate("--table", turned, *args, model=model)["controls"])
        # The same cells and the same values, each with those of another.
        others = self.write_scores("others.csv", dict(zip(scores, reversed(scores.values()))))
        r = self.evaluate("--table", others, *args, model=model)
        self.assertNotIn("uniform_training", r["controls"])
        self.assertFalse(r["recall"])
        # The same order of the cells on another scale.
        scaled = self.write_scores("scaled.csv", {c: 2 * score for c, score in scores.items()})
        r = self.evaluate("--table", scaled, *args, model=model)
        self.assertNotIn("uniform_training", r["controls"])

    def test_a_computed_metric_of_training_is_computed_for_its_table(self):
        table = self.write_scores("t.csv", {c: i for i, c in enumerate(support.random_cells(300))})
        model = self.score_model(table, "--metric", "paths:max")
        r = self.evaluate("--table", table, "--select", "score", model=model)
        self.assertIn("uniform_training", r["controls"])
        self.assertTrue(r["recall"])

    def test_cells_without_a_label_do_not_take_recall_away(self):
        cells = support.random_cells(300)
        table = self.write_scores("t.csv", {c: None if i < 30 else i for i, c in enumerate(cells)})
        r = self.evaluate("--table", table, "--select", "score", model=self.score_model(table))
        self.assertEqual(r["labels_used"], 270)
        self.assertTrue(r["recall"])

    def test_metrics_of_class_level_judge_other_spellings(self):
        cells = support.random_cells(1000)
        table = self.write_scores("t.csv", {cell: support.paths(cell) for cell in cells})
        known = {}
        for levels in ("score:max", "score:max:class"):
            model = self.train(self.folder / "m.dinas", "--table", table, "--metric", levels)
            r = self.evaluate("--table", table, "--select", "score", "--where", "score >= 2",
                              model=model)
            known[levels] = r["inside"]["known"]
        self.assertLess(known["score:max"], known["score:max:class"])

    def test_one_metric_of_the_cell_is_enough_to_keep_spellings_apart(self):
        cells = support.random_cells(1000)
        table = support.write_table(self.folder / "t.csv", cells)
        known = []
        for level in ("", ":class"):
            model = self.train(self.folder / "m.dinas", "--table", table, "--metric",
                               "score:max:class", "--metric", "latency_ms:min" + level)
            r = self.evaluate("--table", table, "--select", "score", "--where", "score >= 2",
                              model=model)
            known.append(r["inside"]["known"])
        self.assertLess(*known)

    def test_a_budget_of_labels(self):
        model = self.train(self.folder / "m.dinas", "--labels", 500)
        r = self.evaluate("--select", "paths", model=model)
        self.assertIn("uniform_training", r["controls"])
        self.assertFalse(r["recall"])
        # Training saw every class, but labels of 500 only.
        self.assertTrue(0.5 < r["novelty"] <= 1.0)
        # A table that is too small for the budget.
        table = support.write_table(self.folder / "t.csv", support.random_cells(100))
        r = self.evaluate("--table", table, "--select", "score:max", model=model)
        self.assertNotIn("uniform_training", r["controls"])

    def test_an_assumed_direction_is_said(self):
        done = support.run("evaluate", "--model", self.model, *SMALL, "--select",
                           "cifar10_params_m")
        self.assertIn("taking higher as better", done.stderr)
        told = support.run("evaluate", "--model", self.model, *SMALL, "--select",
                           "cifar10_params_m:min")
        self.assertNotIn("taking higher", told.stderr)
        self.assertNotEqual(done.stdout, told.stdout)

    def test_a_share_means_the_top_of_the_table(self):
        cells = support.random_cells(400)
        model = self.train(self.folder / "m.dinas", "--table",
                           support.write_table(self.folder / "t.csv", cells[:100]), "--metric",
                           "latency_ms:min")
        table = support.write_table(self.folder / "all.csv", cells)
        r = self.evaluate("--table", table, "--where", "latency_ms top 10%", "--select",
                          "latency_ms", model=model)
        values = sorted(map(support.latency, cells))
        # Ties share the larger rank, so the value 40 places down may itself be outside.
        expected = max((sum(v <= t for v in values) for t in values
                        if sum(v <= t for v in values) <= 40))
        self.assertEqual(r["coverage"]["of"], expected)
        self.assertEqual(r["best_possible"]["select"], values[0])
        # A share below the best value's own is beyond the table.
        r = self.evaluate("--table", table, "--where", "latency_ms top 0.1%", "--select",
                          "latency_ms", model=model)
        self.assertEqual(r["coverage"]["of"], 0)
        self.assertIsNone(r["best_possible"])


if __name__ == "__main__":
    support.main()
