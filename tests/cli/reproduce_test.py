"""The paper's experiments as one command: small budgets, interruptions, requests without sense."""

import json
import os
import signal
import subprocess
import time

import support

SETS = ("cifar10", "cifar100", "imagenet16_120")


class Reproduce(support.CommandTest):
    def setUp(self):
        super().setUp()
        cells = support.random_cells(400)
        columns = [f"{s}_{kind}" for s in SETS for kind in ("test_200", "valid_12")]
        lines = [",".join(["cell", *columns])]
        for cell in cells:
            value = 50 + 10 * support.paths(cell) + support.latency(cell)
            lines.append(",".join([cell, *(str(value + i / 8) for i in range(6))]))
        self.table = self.folder / "t.csv"
        self.table.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.out = self.folder / "out"
        self.command = ("reproduce", "nasbench201", "--table", self.table, "--out", self.out)

    def test_a_tiny_budget_gives_every_experiment_or_its_reason(self):
        text = self.succeed(*self.command, "--budget", 0.05)
        report = json.loads((self.out / "report.json").read_text(encoding="utf-8"))
        self.assertEqual(text, (self.out / "report.md").read_text(encoding="utf-8"))
        names = [r["experiment"] for r in report["results"]]
        names += [n["experiment"] for n in report["not_run"]]
        self.assertEqual(len(set(names)), 12)
        self.assertIn("default-bound-cifar10", names)
        # 400 cells have fewer than 1,000 classes to label.
        reasons = {n["experiment"]: n["reason"] for n in report["not_run"]}
        self.assertIn("classes", reasons["default-1000-labels-cifar10"])
        for result in report["results"]:
            self.assertEqual(result, json.loads(
                (self.out / f"{result['experiment']}.json").read_text(encoding="utf-8")))
            self.assertEqual(result["honest"]["select"]["metric"][-8:], "valid_12")
            self.assertEqual(result["published"]["select"]["metric"][-8:], "test_200")
            self.assertIn("uniform_space", result["honest"]["controls"])
        # Cuts name what was asked, and what was done stands in the results.
        trained = [c for c in report["cuts"] if c["setting"] == "seconds of training"]
        self.assertEqual([c["asked"] for c in trained], ["120"])
        self.assertIn("| default | seconds of training | 120 |", text)
        self.assertIn("val 46.66 (PWC)", text)
        self.assertIn("needs `cifar10_valid_200` of NATS-tss", text)
        self.make_anew_what_another_model_did()
        self.refuse_damaged_results()
        self.refuse_other_settings()

    def make_anew_what_another_model_did(self):
        result = self.out / "default-class-cifar10.json"
        before = json.loads(result.read_text(encoding="utf-8"))
        (self.out / "default.dinas").unlink()
        self.succeed(*self.command, "--budget", 0.05)
        after = json.loads(result.read_text(encoding="utf-8"))
        self.assertNotEqual(before["model_id"], after["model_id"])
        samples = self.out / "default-class-cifar10.samples.json"
        self.assertEqual(json.loads(samples.read_text(encoding="utf-8"))["model"],
                         after["model_id"])

    def refuse_damaged_results(self):
        (self.out / "report.json").unlink()
        for name in ("default-class-cifar10.json", "default-class-cifar10.samples.json"):
            file = self.out / name
            kept = file.read_text(encoding="utf-8")
            file.write_text(kept[:len(kept) // 2], encoding="utf-8")
            if "samples" in name:
                (self.out / "default-class-cifar10.json").unlink()
            text = self.refuse(1, *self.command, "--budget", 0.05)
            self.assertRegex(text.splitlines()[-1], f"{name}.*: remove it")
            file.write_text(kept, encoding="utf-8")

    def test_a_folder_of_other_files_is_left_alone(self):
        self.out.mkdir()
        (self.out / "mine.txt").write_text("mine", encoding="utf-8")
        text = self.explain(2, *self.command, "--budget", 0.05)
        self.assertIn("name a new folder", text)
        self.assertEqual([f.name for f in self.out.iterdir()], ["mine.txt"])

    def refuse_other_settings(self):
        self.assertIn("another budget_minutes", self.explain(2, *self.command, "--budget", 1))
        self.assertIn("another seed", self.explain(2, *self.command, "--budget", 0.05, "--seed", 1))
        self.table.write_text(self.table.read_text(encoding="utf-8").replace("62.", "63."),
                              encoding="utf-8")
        self.assertIn("another tables", self.explain(2, *self.command, "--budget", 0.05))

    def test_a_stopped_run_goes_on_and_keeps_what_is_done(self):
        command = [support.BIN / "dinas", *map(str, (*self.command, "--budget", "0.1"))]
        first = self.out / "default-class-cifar10.json"
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 120
            while not first.exists():
                self.assertIsNone(process.poll())
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        self.assertFalse((self.out / "report.json").exists())
        before = first.stat().st_mtime_ns, (self.out / "default.dinas").stat().st_mtime_ns
        self.succeed(*self.command, "--budget", 0.1)
        after = first.stat().st_mtime_ns, (self.out / "default.dinas").stat().st_mtime_ns
        self.assertEqual(before, after)
        self.assertTrue((self.out / "report.json").exists())

    def test_an_interrupt_in_training_leaves_a_checkpoint_that_is_continued(self):
        command = [support.BIN / "dinas", *map(str, (*self.command, "--budget", "0.5"))]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as process:
            self.assertTrue(any("threads" in line for line in process.stderr))
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            process.communicate()
        self.assertEqual(process.returncode, 130)
        checkpoint = self.out / "default.dinas.checkpoint"
        kept = checkpoint.read_bytes()
        # A damaged one is refused, so it is read.
        checkpoint.write_bytes(kept[:len(kept) // 2])
        damaged = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                 timeout=500, check=False)
        self.assertEqual(damaged.returncode, 1, damaged.stderr)
        self.assertIn("default.dinas.checkpoint", damaged.stderr)
        checkpoint.write_bytes(kept)
        again = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                               timeout=500, check=False)
        self.assertEqual(again.returncode, 0, again.stderr)

    def test_requests_that_make_no_sense(self):
        text = self.explain(2, "reproduce", "nasbench102", "--out", self.out)
        self.assertRegex(text, r"unknown benchmark 'nasbench102'.*nasbench201")
        self.assertIn("--budget", self.explain(2, *self.command, "--budget", 0))
        nowhere = {k: v for k, v in os.environ.items() if k != "DINAS_DATA"}
        text = self.explain(2, "reproduce", "hw", "--out", self.out, env=nowhere)
        self.assertRegex(text, "DINAS_DATA.*HW-NAS-Bench-v1_0.pickle")
        empty = {**nowhere, "DINAS_DATA": str(self.folder)}
        text = self.explain(2, "reproduce", "hw", "--out", self.out, env=empty)
        self.assertIn("nasbench201.csv.gz is not there", text)
        text = self.explain(2, "reproduce", "imagenet", "--out", self.out, env=nowhere)
        self.assertIn("dinas measure", text)
        text = self.explain(2, "reproduce", "hw", "--table", self.table, "--out", self.out)
        self.assertRegex(text, "no metric fpga_latency_ms or .*--table")
        self.assertFalse(self.out.exists())


if __name__ == "__main__":
    support.main()
