"""Official files of benchmarks that nobody would write: numbers and lists that ask for what a reader
must not do."""

import bz2
import json
import os
import pickle
import struct

import support
from import_test import CELLS, ImportTest
from official_files import DATA_SETS, cell_results, darts_result, nasbench101_row

OPERATIONS = "input,conv3x3-bn-relu,maxpool3x3,output"


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
                                     ("latency", [0.5] * 10_001, "expected at most 10000"),
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

    def test_values_used_again_and_again(self):
        """Each would be copied, or searched, for every cell that refers to it."""
        many = {f"key{i}": None for i in range(1001)}
        for change, expected in (
                (lambda cell: cell.update(arch_str="x" * 1001), "expected at most 1000 characters"),
                (lambda cell: cell["dataset_seed"].update(many), "at most 1000 keys"),
                (lambda cell: cell["all_results"]["cifar10", 777].update(many),
                 "at most 64 entries")):
            infos = cell_results(0, CELLS[0])
            change(infos["200"])
            said = self.refuse_import("nats-bench", self.write("m.pickle", pickle.dumps(infos, 4)))
            self.assertIn(expected, said)

    def test_every_cell_has_results_of_its_own(self):
        """A hundred cells whose trainings are the same: to read each anew would take long."""
        accuracies = {**{f"x-test@{i}": 1.0 for i in range(200)}, **dict.fromkeys(range(800), 1.0)}
        training = {"epochs": 200, "eval_acc1es": accuracies, "latency": [0.5] * 1000, "flop": 1.0,
                    "params": 1.0}
        seeds = list(range(16))
        results = {(name, seed): training for name in DATA_SETS for seed in seeds}
        shared = [{"arch_index": i, "arch_str": CELLS[0], "all_results": results,
                   "dataset_seed": dict.fromkeys(DATA_SETS, seeds)} for i in range(100)]
        said = self.refuse_import("nats-bench", self.write("s.pickle", pickle.dumps(shared, 4)))
        self.assertIn("expected values of its own", said)
        self.assertEqual(len(self.import_table("nats-bench", self.write(
            "few.pickle", pickle.dumps(shared[:10], 4)))), 10)

    def test_a_file_of_many_cells_by_number(self):
        infos = {i: cell_results(i, CELLS[0]) for i in range(1100)}
        rows = self.import_table("nats-bench", self.write("m.pickle", pickle.dumps(infos, 4)))
        self.assertEqual(len(rows), 1100)

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

    def test_one_row_again_and_again(self):
        """300 kB that would be a table of half a gigabyte."""
        rows = self.saved("rows.pt", [[0.1 + i for i in range(1000)]] * 100_000)
        said = self.refuse_import("help", self.saved("device.pt", [1.0] * 100_000), rows)
        self.assertIn("a table of at most 67108864 bytes", said)

    def test_lists_used_again_and_again(self):
        device = self.saved("device.pt", [0.5] * 4)
        many = {"op_idx_list": [1], **{f"key{i}": None for i in range(1000)}}
        said = self.refuse_import("help", self.saved("deep.pt", {"arch": [many] * 4}), device)
        self.assertIn("expected a dictionary of at most 1000 keys at arch/0", said)
        network = {"ks": [1] * 1001, "e": [], "d": [], "r": 1}
        for archs in ([[1] * 1001] * 4, {"arch": [network] * 4}):
            said = self.refuse_import("help", self.saved("wide.pt", archs), device)
            self.assertIn("expected at most 1000 entries", said)


class HwNasBench(ImportTest):
    def test_one_large_configuration(self):
        config = {"arch_str": CELLS[0], **{f"key{i}": None for i in range(1000)}}
        cells = {"cifar10": {"config": [config] * 4, "fpga_energy": [1.0] * 4},
                 "cifar100": {}, "ImageNet16-120": {}}
        said = self.refuse_import("hw-nas-bench", self.write(
            "large.pickle", pickle.dumps({"nasbench201": cells}, 4)))
        self.assertIn("expected a dictionary of at most 1000 keys at nasbench201/cifar10/config/0",
                      said)

    def test_one_long_notation(self):
        config = {"arch_str": "x" * 100_000}
        cells = {name: {"config": [config] * 1000, "fpga_energy": [1.0] * 1000}
                 for name in DATA_SETS}
        said = self.refuse_import("hw-nas-bench", self.write(
            "long.pickle", pickle.dumps({"nasbench201": cells}, 4)))
        self.assertIn("expected a cell of NAS-Bench-201", said)
        self.assertLess(len(said), 1000)


class NasBench101(ImportTest):
    def test_what_is_no_cell(self):
        for matrix, operations, expected in (
                ("0110" "1001" "0001" "0000", OPERATIONS, "found '1' in row 1 and column 0"),
                ("0110" "0001" "0001" "0001", OPERATIONS, "found '1' in row 3 and column 3"),
                ("0110" "7001" "0001" "0000", OPERATIONS, "found '7' in row 1 and column 0"),
                ("0100", "output,input", "begin with 'input' and end with 'output'"),
                ("0100", "input,maxpool3x3", "begin with 'input' and end with 'output'")):
            row = nasbench101_row("a", 108, matrix, operations, 3, (1.0, 1.0, 1.0, 1.0))
            said = self.refuse_import("nasbench101", self.write("cell.tfrecord", row))
            self.assertIn(expected, said)

    def test_long_hash(self):
        row = nasbench101_row("a" * 33, 108, "0100", "input,output", 3, (1.0, 1.0, 1.0, 1.0))
        said = self.refuse_import("nasbench101", self.write("hash.tfrecord", row))
        self.assertIn("byte 0: in the record there: expected a hash of at most 32 characters", said)


class OtherCells(ImportTest):
    """Architectures that the space of the format does not have."""

    def test_hw_nas_bench(self):
        cells = [{"arch_str": cell} for cell in CELLS]
        odd = [{"arch_str": "|nor_conv_7x7~0|"}] + cells[1:]
        for first, second, expected in (
                (odd, odd, "expected a cell of NAS-Bench-201"),
                (cells, cells[::-1], f"expected '{CELLS[0]}' as in cifar10")):
            sets = {name: {"config": first, "fpga_energy": [1.0] * 5} for name in DATA_SETS}
            sets["cifar100"]["config"] = second
            said = self.refuse_import("hw-nas-bench", self.write(
                "hw.pickle", pickle.dumps({"nasbench201": sets}, 4)))
            self.assertIn(expected, said)

    def test_nats_bench(self):
        said = self.refuse_import("nats-bench", self.write(
            "cell.pickle", pickle.dumps(cell_results(0, "foo"), 4)))
        self.assertIn("expected a cell of NAS-Bench-201", said)

    def test_nasbench301(self):
        result = darts_result()
        result["optimized_hyperparamater_config"][
            "NetworkSelectorDatasetInfo:darts:edge_normal_0"] = "conv_9x9"
        said = self.refuse_import("nasbench301", self.write(
            "results_0.json", json.dumps(result).encode()))
        self.assertIn("edge_normal_0', found 'conv_9x9'", said)


class OtherForms(ImportTest):
    def test_results_of_nasbench301_have_every_number(self):
        for missing in ("test_accuracy", "runtime", "val_accuracy"):
            result = darts_result()
            (result["info"][0] if missing == "val_accuracy" else result).pop(missing)
            said = self.refuse_import("nasbench301", self.write(
                "results_0.json", json.dumps(result).encode()))
            self.assertIn(f"expected '{missing}' in a result", said)

    def test_protocols(self):
        for protocol in (1, 6, 200):
            path = self.write("p.pickle", bytes([0x80, protocol]) + pickle.dumps({}, 4)[2:])
            said = self.refuse_import("hw-nas-bench", path)
            self.assertIn(f"byte 0: PROTO: expected protocol 2 to 5, found {protocol}", said)

    def test_devices_of_one_name(self):
        names = self.saved("str_arch2idx.pt", {cell: i for i, cell in enumerate(CELLS)})
        (self.folder / "more").mkdir()
        devices = [self.saved(name, [1.0] * 5) for name in ("gpu.pt", "more/gpu.pt")]
        said = self.explain(2, "table", "import", "--from", "help", names, *devices, "--out",
                            self.folder / "t.csv")
        self.assertIn(str(devices[1]), said)

    def test_pipes_are_not_waited_for(self):
        path = self.folder / "pipe"
        os.mkfifo(path)
        said = self.explain(1, "table", "import", "--from", "hw-nas-bench", path, "--out",
                            self.folder / "t.csv", timeout=60)
        self.assertIn("found a pipe", said)


class Bombs(ImportTest):
    def test_bzip2(self):
        """318 MB in 15 kB: streams of bzip2 behind each other are one."""
        size = 318_000_000
        head = b"\x80\x02B" + struct.pack("<I", size)
        zeros = bz2.compress(bytes(1_000_000)) * (size // 1_000_000)
        bomb = self.write("bomb.pickle.pbz2", bz2.compress(head) + zeros + bz2.compress(b"."))
        for form in ("nats-bench", "hw-nas-bench"):
            said = self.refuse_import(form, bomb)
            self.assertRegex(said, "byte [0-9]+: .*more than is plausible for a file of its size")


if __name__ == "__main__":
    support.main()
