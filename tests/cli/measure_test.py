"""dinas measure: counted, timed and trained networks, as tables that survive being stopped."""

import csv
import json
import pathlib
import random
import struct
import subprocess
import time

import support

COUNTS = ("--metric", "params_m", "--metric", "macs_m")
# A network that trains in milliseconds.
SMALL = ("--proxy-channels", 2, "--proxy-cells", 1, "--proxy-image-size", 8, "--epochs", 1,
         "--train-images", 120, "--test-images", 60, "--batch", 20)


class Measure(support.CommandTest):
    def rows(self, name):
        with open(self.folder / name, encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def images(self, damage=None, seed=3):
        """A folder with a dataset in IDX: half of the images are bright on the left."""
        folder = self.folder / str(seed) / "images"
        folder.mkdir(parents=True)
        stream = random.Random(seed)
        for split, count in (("train", 200), ("t10k", 100)):
            labels = bytes(i % 2 for i in range(count))
            pixels = bytes(stream.randrange(100) + (150 if (x < 8) == (label == 0) else 0)
                           for label in labels for _ in range(16) for x in range(16))
            image_file = struct.pack(">IIII", 0x803, count, 16, 16) + pixels
            if damage and split == "train":
                image_file = damage(image_file)
            (folder / f"{split}-images-idx3-ubyte").write_bytes(image_file)
            (folder / f"{split}-labels-idx1-ubyte").write_bytes(
                struct.pack(">II", 0x801, count) + labels)
        return folder

    def measure(self, *args):
        """What it printed."""
        return self.succeed("measure", "--space", "nasbench201", *args)

    def refused(self, code, *args):
        return self.explain(code, "measure", "--space", "nasbench201", *args)

    def test_counts_of_a_sample(self):
        summary = self.measure("--sample", 30, *COUNTS, "--out", self.folder / "t.csv")
        rows = self.rows("t.csv")
        self.assertEqual(len({row["architecture"] for row in rows}), 30)
        for row in rows:
            convolutions = [support.operations_of(row["architecture"]).count(kind)
                            for kind in ("nor_conv_1x1", "nor_conv_3x3")]
            # The benchmark's own count, 10 classes.
            expected = 0.073306 + 0.028 * convolutions[0] + 0.24304 * convolutions[1]
            self.assertAlmostEqual(float(row["params_m"]), expected, places=6)
        self.assertIn("n 30", summary)

    def test_rows_of_a_table_that_keep_bounds(self):
        self.measure("--sample", 30, *COUNTS, "--out", self.folder / "t.csv")
        self.measure("--architectures", self.folder / "t.csv", "--where", "params_m <= 0.4",
                     "--count", 5, *COUNTS, "--out", self.folder / "few.csv")
        small = [row for row in self.rows("t.csv") if float(row["params_m"]) <= 0.4]
        self.assertEqual(self.rows("few.csv"), small[:5])
        self.measure("--architectures", self.folder / "t.csv", "--exclude",
                     self.folder / "few.csv", *COUNTS, "--out", self.folder / "rest.csv")
        self.assertEqual(len(self.rows("rest.csv")), 25)

    def test_one_architecture(self):
        cell = support.notation(["nor_conv_3x3"] * 6)
        found = json.loads(self.measure("--architecture", cell, "--json", *COUNTS))
        self.assertAlmostEqual(found["params_m"], 1.531546, places=6)

    def test_latency(self):
        cells = self.folder / "cells.txt"
        cells.write_text(support.notation(["skip_connect"] * 6) + "\n" +
                         support.notation(["nor_conv_3x3"] * 6) + "\n", encoding="utf-8")
        # Another program may disturb it: then the row is empty, which is the promise.
        self.measure("--architectures", cells, "--metric", "latency_ms", "--out",
                     self.folder / "l.csv")
        quick, slow = self.rows("l.csv")
        if quick["latency_ms"] and slow["latency_ms"]:
            self.assertLess(float(quick["latency_ms"]), float(slow["latency_ms"]))
            self.assertLessEqual(float(slow["latency_ms_q1"]), float(slow["latency_ms_q3"]))

    def test_latencies_of_two_tables_hang_on_one_reference(self):
        first, second = self.folder / "first.csv", self.folder / "second.csv"
        one = ("--sample", 1, "--metric", "latency_ms", "--out")
        self.measure(*one, first)
        # Another time than a new table would find.
        settings = pathlib.Path(f"{first}.json")
        content = json.loads(settings.read_text(encoding="utf-8"))
        content["latency"]["reference_ms"] *= 1.25
        settings.write_text(json.dumps(content), encoding="utf-8")
        self.measure(*one, second, "--latency-reference", first)
        found = json.loads(pathlib.Path(f"{second}.json").read_text(encoding="utf-8"))
        self.assertEqual(found["latency"], content["latency"])
        self.assertIn("--latency-reference", self.refused(2, *one, self.folder / "third.csv",
                                                          "--latency-reference", "nowhere.csv"))

    def test_training_does_not_depend_on_workers(self):
        images = self.images()
        for workers in (1, 2):
            self.measure("--sample", 4, "--metric", "accuracy", "--metric", "log_loss", "--dataset",
                         images, *SMALL, "--workers", workers, "--out",
                         self.folder / f"{workers}.csv")
        rows = self.rows("1.csv")
        self.assertEqual(rows, self.rows("2.csv"))
        for row in rows:
            self.assertTrue(0 <= float(row["accuracy"]) <= 100)

    def test_killed_at_any_moment(self):
        images = self.images()
        command = [str(word) for word in (
            support.BIN / "dinas", "measure", "--space", "nasbench201", "--sample", 40, "--metric",
            "accuracy", "--dataset", images, *SMALL, "--workers", 2, "--out")]
        subprocess.run([*command, self.folder / "whole.csv"], check=True, capture_output=True)
        stream = random.Random(1)
        for _ in range(15):
            with subprocess.Popen([*command, self.folder / "killed.csv"],
                                  stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
                time.sleep(stream.uniform(0.0, 0.3))
                process.kill()
        subprocess.run([*command, self.folder / "killed.csv"], check=True, capture_output=True)
        self.assertEqual(self.rows("killed.csv"), self.rows("whole.csv"))

    def test_other_settings_do_not_continue_a_table(self):
        images = self.images()
        out = ("--sample", 2, "--metric", "accuracy", *SMALL, "--out", self.folder / "t.csv",
               "--dataset")
        self.measure(*out, images)
        self.assertIn("recipe", self.refused(1, *out, images, "--rate", 0.5))
        # The same name, other images.
        self.assertIn("images", self.refused(1, *out, self.images(seed=4)))

    def test_both_cells_of_darts_are_trained(self):
        genotype = ("Genotype(normal=[{0}], normal_concat=[2, 3, 4, 5], reduce=[{1}], "
                    "reduce_concat=[2, 3, 4, 5])")
        inputs = (0, 1, 0, 1, 0, 1, 0, 1)
        slots = {op: ", ".join(f"('{op}', {i})" for i in inputs)
                 for op in ("skip_connect", "sep_conv_3x3")}
        losses = set()
        images = self.images()
        for normal in slots:
            for reduce in slots:
                found = self.succeed(
                    "measure", "--space", "darts", "--architecture",
                    genotype.format(slots[normal], slots[reduce]), "--metric", "log_loss",
                    "--json", "--dataset", images, "--proxy-channels", 2, "--epochs", 1,
                    "--train-images", 40, "--test-images", 40, "--batch", 20)
                losses.add(json.loads(found)["log_loss"])
        self.assertEqual(len(losses), 4)

    def test_scores(self):
        names = ("ntk_condition", "linear_regions", "naswot", "synflow", "zico")
        metrics = [part for name in names for part in ("--metric", name)]
        small = ("--proxy-channels", 8, "--proxy-image-size", 8, "--dataset", self.images())
        for space, workers in (("nasbench201", 1), ("nasbench201", 2), ("nasbench101", 1),
                               ("darts", 1)):
            self.succeed("measure", "--space", space, "--sample", 2, *metrics, *small,
                         "--workers", workers, "--out", self.folder / f"{space}{workers}.csv")
            for row in self.rows(f"{space}{workers}.csv"):
                self.assertGreaterEqual(float(row["ntk_condition"]), 1)
                self.assertLessEqual(float(row["linear_regions"]), 3000)
        self.assertEqual(self.rows("nasbench2011.csv"), self.rows("nasbench2012.csv"))
        self.assertIn("--dataset", self.refused(2, "--sample", 2, "--metric", "synflow", "--out",
                                                self.folder / "t.csv"))

    def test_datasets_that_are_not_there_or_damaged(self):
        out = ("--sample", 2, "--metric", "accuracy", *SMALL, "--out", self.folder / "t.csv")
        self.assertIn("nowhere", self.refused(1, *out, "--dataset", self.folder / "nowhere"))
        images = self.images(lambda data: data[:-100])
        message = self.refused(1, *out, "--dataset", images)
        self.assertIn("train-images-idx3-ubyte", message)

    def test_a_network_that_diverges_leaves_its_cell_empty(self):
        done = support.run("measure", "--space", "nasbench201", "--sample", 2, "--metric",
                           "accuracy", "--dataset", self.images(), *SMALL, "--rate", 1e30, "--out",
                           self.folder / "t.csv")
        self.assertEqual(done.returncode, 0)
        self.assertEqual([row["accuracy"] for row in self.rows("t.csv")], ["", ""])
        self.assertIn("diverged at step", done.stderr)

    def test_wrong_requests(self):
        out = ("--out", self.folder / "t.csv")
        self.assertIn("expected one of", self.refused(2, *COUNTS, *out))
        self.assertIn("nothing measures 'speed'",
                      self.refused(2, "--sample", 2, "--metric", "speed", *out))
        self.assertIn("--dataset", self.refused(2, "--sample", 2, "--metric", "accuracy", *out))
        self.assertIn("alone", self.refused(2, "--sample", 2, "--metric", "latency_ms",
                                            "--workers", 2, *out))
        self.assertIn("at least 1 epoch", self.refused(
            2, "--sample", 2, "--metric", "accuracy", "--dataset", self.images(), "--proxy-image-size",
            8, "--train-images", 40, "--test-images", 40, "--epochs", 0, *out))
        self.assertIn("--architectures",
                      self.refused(2, "--sample", 2, *COUNTS, "--where", "params_m <= 1", *out))

    def test_a_search_that_trains(self):
        best = self.succeed("search", "--space", "nasbench201", "--maximize", "accuracy", "--where",
                       "params_m <= 0.6", "--method", "random", "--budget", 4, "--json",
                       "--evaluate", "measure:--dataset " + str(self.images()) + " " +
                       " ".join(map(str, SMALL)))
        self.assertIn("accuracy", best)
        json.loads(best)


if __name__ == "__main__":
    support.main()
