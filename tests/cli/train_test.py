"""What training writes, and what its options change."""

import json

import support

TRAIN = ("train", "--space", "nasbench201")


class Train(support.CommandTest):
    def describe(self, model):
        return json.loads(self.succeed("inspect", model, "--json"))

    def test_record_and_description_have_every_field(self):
        model = self.train(self.folder / "m.dinas", "--json", self.folder / "m.json")
        record = json.loads((self.folder / "m.json").read_text("utf-8"))
        for field in ("labels_used", "graphs", "steps"):
            self.assertIsInstance(record[field], int)
        for field in ("loss", "seconds", "graphs_per_second"):
            self.assertGreater(record[field], 0.0)
        self.assertEqual(record["labels_used"], 15284)
        self.assertEqual(record["steps"], -(-15284 // 64))
        self.assertFalse((self.folder / "m.dinas.checkpoint").exists())

        described = self.describe(model)
        self.assertRegex(described["id"], r"^[0-9a-f]{16}$")
        self.assertEqual(described["config"], record["model"])
        self.assertGreater(described["parameters"], 1000)
        self.assertEqual(described["labelled"], 15284)
        self.assertGreater(described["seen_classes"], 6000)
        (paths,) = (m for m in described["metrics"] if m["name"] == "paths")
        self.assertEqual((paths["direction"], paths["level"]), ("max", "cell"))
        self.assertEqual((paths["labels"], paths["best"], paths["worst"]), (15284, 4.0, 1.0))
        self.assertEqual(paths["quantiles"]["top 0.1%"], 4.0)
        text = self.succeed("inspect", model)
        for word in (described["id"], "paths", "mask noise", "15284 rows"):
            self.assertIn(word, text)

    def test_progress_goes_to_standard_error(self):
        done = support.run(*TRAIN, *support.COMPUTED, *support.TINY, "--epochs", 1, "--out",
                           self.folder / "m.dinas")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        for words in ("oneDNN", "15284 architectures, 15284 of them labelled", "100 %", "graphs/s",
                      "wrote"):
            self.assertIn(words, done.stderr)

    def test_threads_do_not_change_the_model(self):
        one = self.train(self.folder / "1.dinas", "--threads", 1)
        two = self.train(self.folder / "2.dinas", "--threads", 2)
        self.assertEqual(one.read_bytes(), two.read_bytes())
        other = self.train(self.folder / "3.dinas", "--seed", 1)
        self.assertNotEqual(one.read_bytes(), other.read_bytes())

    def test_max_seconds_ends_training(self):
        model = self.folder / "m.dinas"
        self.succeed(*TRAIN, *support.COMPUTED, *support.TINY, "--max-seconds", 1, "--out", model)
        training = self.describe(model)["config"]["training"]
        self.assertGreater(training["steps"], 0)
        # A step of this network takes milliseconds; the rest is for a busy machine.
        self.assertTrue(1.0 <= training["seconds"] < 5.0, training)

    def test_tables_join_under_prefixes(self):
        cells = support.random_cells(60)
        first = support.write_table(self.folder / "one.csv", cells[:40])
        second = support.write_table(self.folder / "two.csv", cells[20:])
        clash = self.explain(1, *TRAIN, "--table", first, second, "--metric", "score:max", "--out",
                             self.folder / "m.dinas", "--epochs", 1, program="dinas")
        self.assertIn("one.csv", clash)
        self.assertIn("two.csv", clash)
        model = self.train(self.folder / "m.dinas", "--table", first, "--table", f"B={second}",
                           "--metric", "score:max", "--metric", "B.latency_ms:min")
        described = self.describe(model)
        self.assertEqual(described["config"]["training"]["tables"], ["one.csv", "B=two.csv"])
        self.assertEqual([m["labels"] for m in described["metrics"]], [40, 40])
        self.assertEqual(described["labelled"], 60)

    def test_label_budget_and_hidden_classes(self):
        model = self.train(self.folder / "m.dinas", "--labels", 100, "--hide-classes", 0.5)
        described = self.describe(model)
        training = described["config"]["training"]
        self.assertEqual((training["labels"], training["label_budget"]), (100, 100))
        self.assertEqual(training["hide_classes"], 0.5)
        # Half of 6,400-odd classes, +- 5 sigma (200) of the coin that hides each.
        self.assertTrue(3000 < described["seen_classes"] < 3450, described["seen_classes"])

    def test_labels_can_be_left_out_of_the_file(self):
        full = self.train(self.folder / "full.dinas")
        bare = self.train(self.folder / "bare.dinas", "--no-labels")
        self.assertLess(bare.stat().st_size, full.stat().st_size)
        self.assertEqual(self.describe(bare)["labelled"], 0)
        self.assertIn("--no-labels", self.succeed("inspect", bare))
        done = support.run("generate", "--model", bare, "--count", 3, "--where", "paths >= 3")
        self.assertEqual(done.returncode, 0)
        self.assertIn("not known", done.stderr)

    def test_every_noise_trains_and_generates(self):
        for noise in ("marginal", "uniform"):
            with self.subTest(noise=noise):
                model = self.train(self.folder / f"{noise}.dinas", "--noise", noise)
                text = self.succeed("generate", "--model", model, "--count", 8, "--steps", 5,
                                    "--where", "paths >= 3", "--format", "text")
                for line in text.splitlines():
                    self.assertEqual(support.notation(support.operations_of(line)), line)
                self.assertEqual(len(text.splitlines()), 8)


    def test_options_of_the_other_profile_are_refused(self):
        paper = (*TRAIN, *support.COMPUTED, "--profile", "paper", "--epochs", 1, "--out",
                 self.folder / "m.dinas")
        self.assertIn("--width", self.explain(2, *paper, "--width", 16))
        self.assertIn("marginal noise only", self.explain(2, *paper, "--noise", "mask"))

    def test_outputs_do_not_replace_each_other_or_an_input(self):
        table = support.write_table(self.folder / "t.csv", support.random_cells(20))
        before = (self.folder / "t.csv").read_text()
        same = self.folder / "same"
        self.assertIn("two outputs", self.explain(
            2, *TRAIN, "--table", table, "--metric", "score:max", "--epochs", 1, "--out", same,
            "--json", same))
        self.assertIn("replace an input", self.explain(
            2, *TRAIN, "--table", f"A={table}", "--metric", "A.score:max", "--epochs", 1, "--out",
            table))
        self.assertEqual((self.folder / "t.csv").read_text(), before)


class PaperProfile(support.CommandTest):
    def test_it_trains_a_few_steps_and_generates(self):
        cells = support.write_table(self.folder / "t.csv", support.random_cells(60))
        model = self.folder / "paper.dinas"
        support.need_torch()
        self.succeed(*TRAIN, "--profile", "paper", "--table", cells, "--metric", "score:max",
                     "--epochs", 1, "--diffusion-steps", 10, "--out", model)
        # A network that has seen fifteen batches draws cells that do not decode; those that do are
        # written either way.
        done = support.run("generate", "--model", model, "--count", 2, "--steps", 2, "--format",
                           "text", "--where", "score top 20%")
        if done.returncode != 0:
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertRegex(done.stderr, r"only [01] of 2 architectures found in [1-9]\d* draws")
        for line in done.stdout.splitlines():
            self.assertEqual(support.notation(support.operations_of(line)), line)
        notices = [n for n in done.stderr.splitlines() if "labelled architectures meet" in n]
        self.assertEqual(len(notices), 1, done.stderr)


if __name__ == "__main__":
    support.main()
