"""The PyTorch baseline computes what our paper profile computes, so that their speeds compare."""

import json
import pathlib
import subprocess
import sys
import unittest

import support

BASELINE = pathlib.Path(__file__).parents[2] / "bench" / "baseline_pytorch.py"


def python_with_torch():
    """An interpreter that has PyTorch: this one, or else Debian's."""
    for python in (sys.executable, "/usr/bin/python3"):
        if pathlib.Path(python).exists() and subprocess.run(
                [python, "-c", "import torch"], capture_output=True, check=False).returncode == 0:
            return python
    raise unittest.SkipTest("no Python with PyTorch (Debian: apt-get install python3-torch)")


class Baseline(support.CommandTest):
    @classmethod
    def setUpClass(cls):
        support.need_torch()
        if not (support.BIN / "paper_logits").exists():
            raise unittest.SkipTest("built without -DDINAS_BENCH=ON")
        cls.python = python_with_torch()

    def baseline(self, *args):
        return subprocess.run([self.python, "-B", BASELINE, *map(str, args)], capture_output=True,
                              text=True, timeout=300, check=False)

    def paper_model(self, *metrics):
        cells = self.folder / "t.csv"
        rows = [f"{cell},{r},{-r}" for r, cell in enumerate(support.random_cells(40))]
        cells.write_text("\n".join(["cell,up,down", *rows]) + "\n", encoding="utf-8")
        model = self.folder / "paper.dinas"
        named = [word for metric in metrics for word in ("--metric", metric)]
        self.succeed("train", "--space", "nasbench201", "--profile", "paper", "--table", cells,
                     *named, "--epochs", 1, "--diffusion-steps", 20, "--out", model)
        return model

    def logits(self, model):
        """What our code computes for twelve graphs, and the file it is in."""
        text = self.succeed("--model", model, "--graphs", 12, program="paper_logits")
        path = self.folder / "logits.json"
        path.write_text(text, encoding="utf-8")
        return path, json.loads(text)

    def test_logits_and_laws_are_ours(self):
        for metrics in (("up:max",), ("up:max", "down:max")):
            with self.subTest(metrics=metrics):
                model = self.paper_model(*metrics)
                path, logits = self.logits(model)
                done = self.baseline("--model", model, "--check", path)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual(len(done.stdout.splitlines()), 3, done.stdout)
                # The comparison can fail: in a logit with a condition, without, and in a law.
                for field in ("good", "null", "law"):
                    logits["graphs"][7][field][20] += 2e-4
                    path.write_text(json.dumps(logits), encoding="utf-8")
                    done = self.baseline("--model", model, "--check", path)
                    self.assertEqual(done.returncode, 1, done.stdout)
                    logits["graphs"][7][field][20] -= 2e-4

    def test_rows_of_whole_and_of_extrapolated_runs(self):
        model = self.paper_model("up:max")
        row_file = self.folder / "row.json"
        runs = (((), 20, 20), (("--timed-steps", 2), 20, 2), (("--steps", 5), 5, 5))
        for asked, steps, timed in runs:
            with self.subTest(asked=asked):
                done = self.baseline("--model", model, "--batch", 3, "--threads", 1, *asked,
                                     "--json", row_file)
                self.assertEqual(done.returncode, 0, done.stderr)
                row = json.loads(row_file.read_text("utf-8"))
                self.assertEqual(
                    (row["engine"], row["batch"], row["threads"], row["guided"], row["dtype"]),
                    ("pytorch", 3, 1, True, "f32"))
                self.assertEqual((row["steps"], row["timed_steps"]), (steps, timed))
                self.assertEqual(row["extrapolated"], timed < steps)
                self.assertAlmostEqual(row["us_per_architecture"],
                                       1e6 * row["seconds"] / timed * steps / 3, places=3)

    def test_other_models_are_refused(self):
        model = self.train(self.folder / "fast.dinas")
        for done in (self.baseline("--model", model),
                     support.run("--model", model, program="paper_logits")):
            self.assertEqual(done.returncode, 1)
            self.assertIn("paper", done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1)


if __name__ == "__main__":
    support.main()
