"""The commands on the real tables; skipped without DINAS_DATA."""

import json

import support


class Benchmark(support.CommandTest):
    def setUp(self):
        super().setUp()
        data = support.data_folder()
        self.accuracy = data / "nasbench201" / "nasbench201.csv.gz"
        self.hardware = data / "hw_nas_bench" / "nasbench201_cifar10.csv.gz"

    def test_table_info(self):
        text = self.succeed("table", "info", self.accuracy, self.hardware)
        self.assertIn("15625 architectures in 6466 isomorphism classes; 341 degenerate", text)
        for column in ("cifar10_test_200", "fpga_latency_ms", "edgetpu_latency_ms"):
            self.assertRegex(text, rf"(?m)^ +{column} ")

    def test_joint_bound_from_training_to_evaluation(self):
        tables = ("--table", self.accuracy, "--table", self.hardware)
        model = self.train(self.folder / "m.dinas", *tables, "--metric", "cifar10_test_200:max",
                           "--metric", "fpga_latency_ms:min")
        bounds = ("--where", "cifar10_test_200 top 20%", "--where", "fpga_latency_ms <= 3")
        lines = support.read_lines(self.succeed("generate", "--model", model, "--count", 50,
                                                "--table", self.accuracy, self.hardware, *bounds))
        for line in lines:
            accuracy, latency = line["bounds"]
            self.assertEqual(latency["kept"], line["metrics"]["fpga_latency_ms"] <= 3)
            self.assertIs(type(accuracy["kept"]), bool)
        result = self.folder / "r.json"
        self.succeed("evaluate", "--model", model, *tables, *bounds, "--select",
                     "cifar10_valid_12:max", "--report", "cifar10_test_200", "--queries", 20,
                     "--repeats", 2, "--coverage-draws", 0, "--json", result)
        report = json.loads(result.read_text("utf-8"))
        self.assertEqual(report["coverage"]["of"], 62)
        self.assertEqual(report["labels_used"], 15284)

    def test_missing_values_leave_satisfiability_open(self):
        # 4,699 cells have no EdgeTPU latency, so the labels cannot tell that no cell meets a bound.
        model = self.train(self.folder / "m.dinas", "--table", self.hardware, "--metric",
                           "edgetpu_latency_ms:min", "--metric", "edgegpu_latency_ms:min")
        tight = ("--where", "edgetpu_latency_ms top 0.01%", "--where",
                 "edgegpu_latency_ms top 0.01%")
        done = support.run("generate", "--model", model, "--count", 2, *tight)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("0 of 15284 labelled architectures", done.stderr)
        self.assertIn("beyond the labels", done.stderr)


if __name__ == "__main__":
    support.main()
