"""Official files of benchmarks that nobody would write: numbers and lists that ask for what a reader
must not do."""

import pickle

import support
from import_test import CELLS, ImportTest
from official_files import cell_results


class NatsBench(ImportTest):
    def test_results_of_a_cell_come_once(self):
        for flop in (12.5, float("nan")):
            twice = [cell_results(0, CELLS[0]) for _ in range(2)]
            for infos in twice:
                for epochs in infos.values():
                    for training in epochs["all_results"].values():
                        training["flop"] = flop
            said = self.refuse_import("nats-bench", self.write("t.pickle", pickle.dumps(twice, 4)))
            self.assertIn("the results of a cell once", said)

    def test_hostile_numbers_and_lists(self):
        for index in (float("nan"), 1e300, -1, 0.5):
            infos = cell_results(0, CELLS[0])
            infos["200"]["arch_index"] = index
            said = self.refuse_import("nats-bench", self.write("i.pickle", pickle.dumps(infos, 4)))
            self.assertIn("expected a whole number from 0", said)
        for key, value, expected in (("epochs", 1e300, "expected a whole number"),
                                     ("latency", [0.5] * 10001, "expected at most 10000"),
                                     ("train_times", dict.fromkeys(range(201), 1.0),
                                      "expected at most 200"),
                                     ("eval_acc1es", dict.fromkeys(range(1001), 1.0),
                                      "expected at most 1000")):
            infos = cell_results(0, CELLS[0])
            for training in infos["200"]["all_results"].values():
                training[key] = value
            said = self.refuse_import("nats-bench", self.write("l.pickle", pickle.dumps(infos, 4)))
            self.assertIn(expected, said)
            self.assertIn(key, said)

    def test_long_dictionaries_are_no_cells(self):
        infos = cell_results(0, CELLS[0])
        infos["200"].update({f"key{i}": None for i in range(100)})
        rows = self.import_table("nats-bench", self.write("k.pickle", pickle.dumps(infos, 4)))
        self.assertEqual(rows[0]["cifar10_valid_200"], "")
        self.assertEqual(float(rows[0]["cifar10_valid_12"]), 11)


class Help(ImportTest):
    def test_numbers(self):
        fast = self.saved("titanx_32.pt", [0.5, 1.5, 2.5, 3.5, 4.5])
        for index in (5, -1, 0.5, float("nan")):
            odd = self.saved("odd.pt", {cell: index if i == 4 else i
                                        for i, cell in enumerate(CELLS)})
            said = self.refuse_import("help", odd, fast)
            self.assertIn("expected a whole number from 0 to 4 at a number", said)

    def test_lists_used_again_and_again(self):
        device = self.saved("device.pt", [0.5] * 4)
        network = {"ks": [1] * 1001, "e": [], "d": [], "r": 1}
        for archs in ([[1] * 1001] * 4, {"arch": [network] * 4}):
            said = self.refuse_import("help", self.saved("wide.pt", archs), device)
            self.assertIn("expected at most 1000 entries", said)


if __name__ == "__main__":
    support.main()
