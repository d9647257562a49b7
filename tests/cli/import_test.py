"""Tables from the official files of benchmarks. The files are written here, by Python's own pickle,
bz2, zipfile, json and struct: independently of the program's readers."""

import bz2
import collections
import csv
import gzip
import json
import pickle
import struct
import zipfile

import support
from official_files import (DATA_SETS, NLP_RECIPE, Command, cell_results, darts_result,
                            nasbench101_row, nlp_log, numpy_names, old_torch, scalar, tfrecord)

CELLS = support.random_cells(5)


class ImportTest(support.CommandTest):
    def import_table(self, form, *files, name="table.csv"):
        out = self.folder / name
        self.succeed("table", "import", "--from", form, *files, "--out", out)
        opened = gzip.open(out, "rt") if name.endswith(".gz") else open(out, encoding="utf-8")
        with opened as text:
            return list(csv.DictReader(text))

    def refuse_import(self, form, *files):
        out = self.folder / "refused.csv"
        said = self.explain(1, "table", "import", "--from", form, *files, "--out", out)
        self.assertFalse(out.exists())
        self.assertIn(str(files[0]), said)
        return said

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def saved(self, name, value):
        """As torch.save has it since version 1.6."""
        path = self.folder / name
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("archive/data.pkl", pickle.dumps(value, 2))
            archive.writestr("archive/version", "3")
        return path


class HwNasBench(ImportTest):
    def content(self):
        metrics = ["edgegpu_latency", "edgetpu_latency", "fpga_energy"]
        of_set = {
            name: {"config": [{"name": "infer.tiny", "C": 16, "N": 5, "arch_str": cell}
                              for cell in CELLS],
                   **{metric: [0.5 + i + 10 * m + 100 * d for i in range(len(CELLS))]
                      for m, metric in enumerate(metrics)}}
            for d, name in enumerate(DATA_SETS)
        }
        of_set["cifar10"]["edgetpu_latency"][2] = -1
        return {"nasbench201": of_set, "fbnet": {"edgegpu_latency": {"Skip_H32": 0.1}}}

    def test_every_protocol_gives_the_same_table(self):
        tables = []
        for protocol in range(2, 6):
            path = self.write("hw.pickle", pickle.dumps(self.content(), protocol=protocol))
            tables.append(self.import_table("hw-nas-bench", path, name=f"{protocol}.csv.gz"))
        self.assertTrue(all(table == tables[0] for table in tables))
        row = tables[0][2]
        self.assertEqual(row["index"], "2")
        self.assertEqual(row["arch_str"], CELLS[2])
        self.assertEqual(row["cifar10_edgegpu_latency_ms"], "2.5")
        self.assertEqual(row["cifar10_edgetpu_latency_ms"], "")  # -1
        self.assertEqual(row["imagenet16_120_fpga_energy_mj"], "222.5")

    def test_the_table_loads(self):
        path = self.write("hw.pickle", pickle.dumps(self.content()))
        self.import_table("hw-nas-bench", path)
        said = self.succeed("table", "info", self.folder / "table.csv", "--space", "nasbench201")
        self.assertIn("5 architectures", said)

    def test_broken_files(self):
        good = pickle.dumps(self.content())
        said = self.refuse_import("hw-nas-bench", self.write("cut.pickle", good[:-100]))
        self.assertIn("cut short", said)
        said = self.refuse_import("hw-nas-bench", self.write("other.pickle", pickle.dumps([1])))
        self.assertIn("expected a dictionary at the top", said)
        content = self.content()
        content["nasbench201"]["cifar100"]["fpga_energy"].pop()
        said = self.refuse_import("hw-nas-bench", self.write("few.pickle", pickle.dumps(content)))
        self.assertIn("nasbench201/cifar100/fpga_energy", said)

    def test_code_is_not_run(self):
        command = Command(self.folder / "pwned")
        for protocol in range(2, 6):
            path = self.write("code.pickle", pickle.dumps({"nasbench201": command}, protocol))
            said = self.refuse_import("hw-nas-bench", path)
            self.assertRegex(said, r"byte \d+: (STACK_)?GLOBAL: .*'posix\.system'.*nothing was run")
            self.assertFalse((self.folder / "pwned").exists())


class NatsBench(ImportTest):
    def check(self, rows):
        self.assertEqual([row["arch_str"] for row in rows], CELLS)
        row = rows[3]
        # Seeds 777, 888, 999 differ by 1; the last of 200 epochs adds 199, of 12 epochs 11.
        self.assertEqual(float(row["cifar10_valid_200"]), 3 + 1 + 199)
        self.assertEqual(float(row["cifar10_valid_200_first_seed"]), 3 + 199)
        self.assertEqual(float(row["cifar10valid_test_200"]), 3 + 1 + 10 + 199)
        self.assertEqual(float(row["cifar10_test_200"]), 3 + 1 + 199)
        self.assertEqual(float(row["imagenet16_120_test_12"]), 3 + 10 + 11)
        self.assertEqual(float(row["cifar100_train_time_200_s"]), 100)
        self.assertEqual(float(row["cifar10_macs_m"]), 12.5)
        self.assertEqual(float(row["cifar10_latency_ms"]), 20)

    def whole(self):
        infos = collections.OrderedDict((i, cell_results(i, cell)) for i, cell in enumerate(CELLS))
        return {"meta_archs": CELLS, "total_archs": len(CELLS), "arch2infos": infos,
                "evaluated_indexes": set(range(len(CELLS)))}

    def test_one_file(self):
        for protocol in (2, 4):
            data = bz2.compress(pickle.dumps(self.whole(), protocol))
            path = self.write(f"NATS-tss-{protocol}.pickle.pbz2", data)
            self.check(self.import_table("nats-bench", path, name=f"{protocol}.csv"))

    def test_folder(self):
        folder = self.folder / "NATS-simple"
        folder.mkdir()
        meta = {"meta_archs": CELLS, "total_archs": len(CELLS), "arch2infos": None}
        (folder / "meta.pickle.pbz2").write_bytes(bz2.compress(pickle.dumps(meta)))
        for index, cell in enumerate(CELLS):
            data = bz2.compress(pickle.dumps(cell_results(index, cell), 4))
            (folder / f"{index:06d}.pickle.pbz2").write_bytes(data)
        self.check(self.import_table("nats-bench", folder))

    def nasbench201(self):
        """As NAS-Bench-201-v1_1-096897.pth: "less" and "full", numbers of numpy among the others."""
        whole = self.whole()
        for infos in whole["arch2infos"].values():
            infos["less"], infos["full"] = infos.pop("12"), infos.pop("200")
            for results in infos.values():
                for training in results["all_results"].values():
                    training["params"] = scalar("f8", "<", struct.pack("<d", training["params"]))
                    training["train_times"] = collections.OrderedDict(training["train_times"])
                    training.update(net_state_dict=None, arch_config={"channel": 16})
        return whole

    def test_nasbench201(self):
        with numpy_names():
            old = self.write("NAS-Bench-201.pth", old_torch(self.nasbench201()))
            new = self.saved("new.pth", self.nasbench201())
        for path in (old, new):
            rows = self.import_table("nasbench201", path)
            self.check(rows)
            self.assertEqual(rows[2]["imagenet16_120_params_m"], "0.25")

    def test_nasbench201_numbers_name_its_cells(self):
        whole = self.whole()
        whole["meta_archs"] = CELLS[:3] + [CELLS[4], CELLS[3]]
        said = self.refuse_import("nasbench201", self.write("swapped.pth", old_torch(whole)))
        self.assertIn(f"expected '{CELLS[3]}' as in arch2infos at meta_archs/3", said)
        cut = self.write("cut.pth", old_torch(self.whole())[:-3])  # the keys of tensors
        self.assertIn("cut short", self.refuse_import("nasbench201", cut))

    def test_broken_files(self):
        data = bz2.compress(pickle.dumps(self.whole(), 4))
        said = self.refuse_import("nats-bench", self.write("cut.pickle.pbz2", data[:-50]))
        self.assertIn("cut short", said)
        altered = bytearray(data)
        altered[len(data) // 2] ^= 0x55
        said = self.refuse_import("nats-bench", self.write("altered.pickle.pbz2", bytes(altered)))
        self.assertRegex(said, "byte [0-9]+")  # damage to the compression or to the pickle
        # 50 MB of zeros in a few dozen bytes; a zero is no opcode.
        bomb = bz2.compress(bytes(50_000_000))
        said = self.refuse_import("nats-bench", self.write("bomb.pickle.pbz2", bomb))
        self.assertIn("byte 0: expected a pickle, found the byte 0x00", said)


class NasBench101(ImportTest):
    MATRIX = "0110" "0001" "0001" "0000"
    OPERATIONS = "input,conv3x3-bn-relu,maxpool3x3,output"

    def records(self):
        return [
            nasbench101_row("a", 108, self.MATRIX, self.OPERATIONS, 300, (10.0, 1.0, 0.75, 0.5)),
            nasbench101_row("b", 108, "0100", "input,output", 300, (1.0, 0.5, 0.5, 0.25)),
            nasbench101_row("a", 108, self.MATRIX, self.OPERATIONS, 300, (20.0, 1.0, 0.25, 0.5)),
            nasbench101_row("a", 4, self.MATRIX, self.OPERATIONS, 300, (2.0, 0.5, 0.5, 0.5)),
        ]

    def test_rows(self):
        path = self.write("nasbench.tfrecord", b"".join(self.records()))
        rows = self.import_table("nasbench101", path)
        self.assertEqual(len(rows), 2)
        first = rows[0]
        self.assertEqual(first["adj_upper"], "110000" "01000" "1000" "000" "00" "0")
        self.assertEqual([first[f"v{i}"] for i in range(1, 8)], list("1345000"))
        self.assertEqual(first["params"], "300")
        self.assertEqual(first["valid_acc_108"], "50")
        self.assertEqual(first["valid_acc_108_first_run"], "75")
        self.assertEqual(first["train_time_108_s"], "15")
        self.assertEqual(first["test_acc_4"], "50")
        self.assertEqual(rows[1]["test_acc_4"], "")
        said = self.succeed("table", "info", self.folder / "table.csv", "--space", "nasbench101")
        self.assertIn("2 architectures", said)

    def test_broken_files(self):
        data = b"".join(self.records())
        said = self.refuse_import("nasbench101", self.write("cut.tfrecord", data[:-3]))
        self.assertIn("cut short", said)
        altered = bytearray(data)
        altered[20] ^= 1
        said = self.refuse_import("nasbench101", self.write("altered.tfrecord", bytes(altered)))
        self.assertIn("expected the checksum of the record", said)
        swapped = struct.pack(">Q", 100) + data[8:]
        said = self.refuse_import("nasbench101", self.write("swapped.tfrecord", swapped))
        self.assertIn("byte 8: expected the checksum of the length", said)
        second = len(self.records()[0])
        wrong = self.records()[0] + tfrecord(b'["b", 108]')
        said = self.refuse_import("nasbench101", self.write("row.tfrecord", wrong))
        self.assertIn(f"byte {second}: in the record there: expected a row", said)
        other = nasbench101_row("a", 108, "0100", "input,output", 300, (1.0, 0.5, 0.5, 0.25))
        said = self.refuse_import("nasbench101", self.write("hash.tfrecord", data + other))
        self.assertIn(f"byte {len(data)}: in the record there: expected the cell 110000", said)


class Documents(ImportTest):
    def test_nlp_logs(self):
        path = self.folder / "logs.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("logs/a.json", json.dumps(nlp_log()))
            archive.writestr("logs/README", "no log")
        rows = self.import_table("nas-bench-nlp", path)
        self.assertEqual(len(rows), 1)
        self.assertEqual(json.loads(rows[0]["recipe_json"]), NLP_RECIPE)
        self.assertEqual(rows[0]["best_epoch"], "1")
        self.assertEqual(rows[0]["val_loss"], "1")
        self.assertEqual(rows[0]["test_ppl"], "1")
        self.assertEqual(rows[0]["mean_epoch_time_s"], "2")
        damaged = path.read_bytes().replace(b"PK\x03\x04", b"PK\x03\x05", 1)
        damaged = self.write("damaged.zip", b"PK\x03\x04" + damaged[4:])
        damaged.write_bytes(damaged.read_bytes()[:60])
        self.refuse_import("nas-bench-nlp", damaged)

    def test_fields_of_several_lines_are_one_row(self):
        path = self.write("log.json", json.dumps({**nlp_log(), "status": "a\nb,c"}).encode())
        done = support.run("table", "import", "--from", "nas-bench-nlp", path, "--out",
                           self.folder / "table.csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 rows and 12 columns", done.stderr)

    def test_nasbench301_results(self):
        folder = self.folder / "nb_301" / "rs"
        folder.mkdir(parents=True)
        result = darts_result()
        (folder / "results_0.json").write_text(json.dumps(result))
        rows = self.import_table("nasbench301", folder.parent)
        self.assertEqual(rows[0]["normal"], "sep_conv_3x3~0 skip_connect~1 sep_conv_3x3~0 "
                         "skip_connect~2 sep_conv_3x3~1 skip_connect~3 sep_conv_3x3~0 "
                         "skip_connect~4")
        self.assertEqual(rows[0]["valid_acc"], "91.25")
        self.assertEqual(rows[0]["epochs"], "100")
        said = self.succeed("table", "info", self.folder / "table.csv", "--space", "darts")
        self.assertIn("1 architectures", said)
        del result["optimized_hyperparamater_config"][
            "NetworkSelectorDatasetInfo:darts:edge_normal_0"]
        (folder / "results_0.json").write_text(json.dumps(result))
        said = self.refuse_import("nasbench301", folder / "results_0.json")
        self.assertIn("edge_normal_0", said)


class Help(ImportTest):
    def test_cells(self):
        names = self.saved("str_arch2idx.pt", {cell: i for i, cell in enumerate(CELLS)})
        fast = self.saved("titanx_32.pt", [0.5, 1.5, 2.5, 3.5, 4.5])
        slow = self.saved("pixel2.pt", [1, 2, 3, 4, 5])
        rows = self.import_table("help", fast, names, slow)
        self.assertEqual(rows[4], {"index": "4", "arch_str": CELLS[4], "titanx_32_ms": "4.5",
                                   "pixel2_ms": "5"})
        said = self.refuse_import("help", self.saved("short.pt", [1.0]), names)
        self.assertIn("expected 5 latencies", said)

    def test_blocks_and_sub_networks(self):
        device = self.saved("device.pt", [0.5, 1.5])
        blocks = self.import_table("help", self.saved("arch.pt", [[7, 8], [0, 1]]), device)
        self.assertEqual(blocks[1], {"index": "1", "b1": "0", "b2": "1", "device_ms": "1.5"})
        network = {"ks": [3, 5], "e": [4, 6], "d": [2], "r": 160}
        archs = self.saved("ofa_archs.pt", {"dataset": "imagenet", "arch": [network] * 2})
        networks = self.import_table("help", archs, device)
        self.assertEqual(networks[0]["expand_ratios"], "4 6")
        self.assertEqual(networks[0]["resolution"], "160")


if __name__ == "__main__":
    support.main()
