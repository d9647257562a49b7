"""The benchmarks on the tables at hand, each to the end within seconds."""

import json

import support


class ReproduceData(support.CommandTest):
    def reproduce(self, benchmark):
        support.data_folder()
        out = self.folder / benchmark
        text = self.succeed("reproduce", benchmark, "--out", out, "--budget", 0.1)
        return json.loads((out / "report.json").read_text(encoding="utf-8")), text

    def test_hw(self):
        report, text = self.reproduce("hw")
        rows = {r["row"]: r for r in report["results"] if r["profile"] == "fast"}
        self.assertEqual(set(rows), {"fpga", "edgegpu", "raspi4", "edgetpu", "pixel3", "eyeriss"})
        self.assertEqual(rows["fpga"]["where"][0], "fpga_latency_ms <= 2")
        # Best 5 % of the 14,819 cells below 2 ms, found by sorting the two tables.
        self.assertRegex(rows["fpga"]["where"][1], r"^imagenet16_120_test_200 >= 4\d\.\d+$")
        self.assertIn("every value on HW-NAS-Bench", text)
        if (support.BIN / "dinas-torch").exists():
            self.check_classes(self.folder / "hw/paper-fpga.dinas")

    def check_classes(self, model):
        """The classes of the paper profile are the bounds."""
        config = json.loads(self.succeed("inspect", model, "--json"))["config"]
        accurate, fast = config["paper"]["class_shares"]
        self.assertAlmostEqual(fast, 14819 / 15284)
        # Cells that are not fast may be as accurate.
        self.assertTrue(0.05 * 14819 / 15284 <= accurate < 0.10)

    def test_others_run_on_the_data_at_hand(self):
        for benchmark in ("nasbench101", "nasbench301", "nlp"):
            with self.subTest(benchmark=benchmark):
                report, text = self.reproduce(benchmark)
                self.assertIn("default-computed", [r["experiment"] for r in report["results"]])
                self.assertIn("paper", [n["experiment"] for n in report["not_run"]])
                self.assertIn("the paper profile needs a space", text)


if __name__ == "__main__":
    support.main()
