"""The surrogate of NAS-Bench-301: models written here as XGBoost does, and predictions made here from
the features that ConfigSpace is documented to make, both independently of the program's code."""

import csv
import gzip
import itertools
import json
import math
import random
import statistics
import struct

import support
from import_test import ImportTest
from official_files import booster_binary, booster_json, pickled_booster, serialized_booster

FORM = "nasbench301-surrogate"
OPERATIONS = ("max_pool_3x3", "avg_pool_3x3", "skip_connect", "sep_conv_3x3", "sep_conv_5x5",
              "dil_conv_3x3", "dil_conv_5x5")
DARTS = "NetworkSelectorDatasetInfo:darts:"
SCHEDULE = "SimpleLearningrateSchedulerSelector:"


def integers(value, low, high):
    return (value - low + 0.49999) / (high - low + 2 * 0.49999)


# Settings that are the same for all cells, in the unit interval; choices by their index.
FIXED = {
    "CreateImageDataLoader:batch_size": math.log(96 / 63.50001) / math.log(128.49999 / 63.50001),
    **dict.fromkeys([f"ImageAugmentation:{name}" for name in
                     ("augment", "autoaugment", "cutout", "fastautoaugment")], 0),
    "ImageAugmentation:cutout_holes": integers(1, 1, 3),
    "ImageAugmentation:cutout_length": integers(16, 1, 50),
    "LossModuleSelectorIndices:loss_module": 0, DARTS + "auxiliary": 0,
    DARTS + "drop_path_prob": 0, DARTS + "init_channels": integers(32, 1, 10000),
    DARTS + "layers": integers(8, 1, 10000), "NetworkSelectorDatasetInfo:network": 0,
    "OptimizerSelector:optimizer": 0, "OptimizerSelector:sgd:learning_rate": math.log(0.025),
    "OptimizerSelector:sgd:momentum": 0.8 / 0.89,
    "OptimizerSelector:sgd:weight_decay": math.log(0.0003),
    SCHEDULE + "cosine_annealing:T_max": integers(100, 1, 10000),
    SCHEDULE + "cosine_annealing:eta_min": 1e-12, SCHEDULE + "lr_scheduler": 0,
    "SimpleTrainNode:batch_loss_computation_technique": 0,
    "SimpleTrainNode:mixup:alpha": math.log(20) / math.log(70),
}


def features(cells):
    """`cells`: of the normal and the reduction cell, the eight (operation, input)."""
    values = dict(FIXED)
    for name, cell in zip(("normal", "reduce"), cells):
        edges = [-1] * 14
        first = 0
        for node in range(2, 6):
            pair = cell[2 * node - 4:2 * node - 2]
            for operation, source in pair:
                edges[first + source] = OPERATIONS.index(operation)
            inputs = tuple(sorted(source for _, source in pair))
            if node > 2:
                choices = list(itertools.combinations(range(node), 2))
                values[f"{DARTS}inputs_node_{name}_{node}"] = choices.index(inputs)
            first += node
        values.update({f"{DARTS}edge_{name}_{i}": edge for i, edge in enumerate(edges)})
    # Those with a condition come last; only edges from node 3 on have one.
    late = lambda key: ":edge_" in key and int(key.rsplit("_", 1)[1]) >= 2
    return [single(values[key]) for key in sorted(values, key=lambda key: (late(key), key))]


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def predicted(trees, row, base=0.5):
    total = single(base)
    for tree in trees:
        while isinstance(tree, tuple):
            feature, threshold, _, left, right = tree
            tree = left if row[feature] < single(threshold) else right
        total = single(total + single(tree))
    return total


def random_tree(stream, depth):
    if depth == 0:
        return stream.uniform(-1, 1)
    return (stream.randrange(56), stream.choice((-0.5, 0.5, 1.5, 2.5, 3.5, 0.01)),
            stream.random() < 0.5, random_tree(stream, depth - 1), random_tree(stream, depth - 1))


def random_cell(stream):
    return [(stream.choice(OPERATIONS), source) for node in range(2, 6)
            for source in stream.sample(range(node), 2)]


def spelled(cell):
    return " ".join(f"{operation}~{source}" for operation, source in cell)


class SurrogateTest(ImportTest):
    def setUp(self):
        super().setUp()
        self.stream = random.Random(3)
        self.members = [[random_tree(self.stream, 4) for _ in range(20)] for _ in range(3)]
        self.architectures = [(random_cell(self.stream), random_cell(self.stream))
                              for _ in range(200)]
        self.cells = self.write_cells("cells.csv", self.architectures)

    def write_cells(self, name, architectures):
        rows = [",".join(map(spelled, cells)) for cells in architectures]
        return self.write(name, "\n".join(["normal,reduce", *rows, ""]).encode())

    def model(self, trees, name="surrogate_model.model"):
        return self.write(name, pickled_booster(serialized_booster(booster_binary(trees))))

    def ensemble(self):
        """The folder as nb_models_1.0 has it."""
        folder = self.folder / "xgb_v1.0"
        for i, trees in enumerate(self.members):
            (folder / str(i)).mkdir(parents=True)
            self.model(trees, f"xgb_v1.0/{i}/surrogate_model.model")
            self.write(f"xgb_v1.0/{i}/model_config.json", b'{"model": "xgb", "param:alpha": 0.2}')
            self.write(f"xgb_v1.0/{i}/data_config.json", b'{"seed": 6}')
        return folder


class Surrogate(SurrogateTest):
    def test_ensemble(self):
        rows = self.import_table(FORM, self.ensemble(), self.cells, name="predicted.csv.gz")
        self.assertEqual(len(rows), len(self.architectures))
        spread = set()
        for row, cells in zip(rows, self.architectures):
            values = [predicted(trees, features(cells)) for trees in self.members]
            self.assertAlmostEqual(float(row["surrogate_valid_acc"]), statistics.fmean(values), 12)
            self.assertAlmostEqual(float(row["surrogate_valid_acc_std"]),
                                   statistics.pstdev(values), 12)
            spread.add(row["surrogate_valid_acc"])
        self.assertGreater(len(spread), 100)
        said = self.succeed("table", "info", self.folder / "predicted.csv.gz", "--space", "darts")
        self.assertIn("200 architectures", said)
        self.assertIn("surrogate_valid_acc_std", said)

    def test_every_form_of_a_model(self):
        trees = self.members[0]
        binary = booster_binary(trees)
        as_json = booster_json(trees)
        snapshot = json.dumps({"Model": as_json, "Config": {"learner": {}}}).encode()
        expected = [predicted(trees, features(cells)) for cells in self.architectures]
        packed = pickled_booster(serialized_booster(binary))
        for i, data in enumerate((binary, serialized_booster(binary), json.dumps(as_json).encode(),
                                  snapshot, gzip.compress(packed), packed,
                                  *(pickled_booster(handle, protocol) for protocol in (3, 4)
                                    for handle in (binary, binary[4:], snapshot)))):
            with self.subTest(i=i):
                rows = self.import_table(FORM, self.write(f"{i}.model", data), self.cells)
                self.assertEqual([float(row["surrogate_valid_acc"]) for row in rows], expected)
                self.assertEqual({row["surrogate_valid_acc_std"] for row in rows}, {"0"})

    def test_cells_as_dinas_writes_them(self):
        """Genotypes, and cells with an operation that the surrogate does not know."""
        model = self.model(self.members[0])
        cell = random_cell(self.stream)
        none = [("none", cell[0][1]), *cell[1:]]
        genotype = (f"Genotype(normal={cell}, normal_concat=[2, 3, 4, 5], reduce={cell}, "
                    "reduce_concat=[2, 3, 4, 5])")
        unknown = genotype.replace(f"normal={cell}", f"normal={none}")
        path = self.folder / "genotypes.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["architecture"], [genotype], [unknown]])
        rows = self.import_table(FORM, model, path)
        self.assertEqual(float(rows[0]["surrogate_valid_acc"]),
                         predicted(self.members[0], features((cell, cell))))
        self.assertEqual(rows[1]["surrogate_valid_acc"], "")
        self.assertEqual(rows[1]["surrogate_valid_acc_std"], "")

    def test_what_is_missing(self):
        model = self.model(self.members[0])
        said = self.explain(2, "table", "import", "--from", FORM, model, "--out",
                            self.folder / "t.csv")
        self.assertIn("expected a table of cells", said)
        said = self.refuse_import(FORM, self.cells)
        self.assertIn(f"{self.cells}: byte 0: expected", said)
        empty = self.folder / "empty"
        empty.mkdir()
        said = self.refuse_import(FORM, empty, self.cells)
        self.assertIn("expected MEMBER/surrogate_model.model", said)

    def test_other_models(self):
        folder = self.ensemble()
        self.write("xgb_v1.0/1/model_config.json", b'{"model": "xgb_time"}')
        said = self.refuse_import(FORM, folder, self.cells)
        self.assertIn("1/model_config.json: expected 'xgb' under 'model'", said)
        for data, expected in (
                (booster_binary([1.0], features=55), "a model of the 56 features of NAS-Bench-301"),
                (booster_binary([1.0], objective="reg:logistic"), "'reg:logistic'"),
                (booster_binary([1.0], base=math.nan), "byte 4: expected a finite base score"),
                (booster_binary([math.inf]), "expected a finite number at node 0"),
                (booster_binary([(56, 0.5, True, 1.0, 2.0)]), "in tree 0 there: expected one of"),
                (booster_binary([1.0], order=">"), "byte [0-9]+: expected a number of features")):
            self.assertRegex(self.refuse_import(FORM, self.write("o.model", data), self.cells),
                             expected)

    def test_unknown_cells(self):
        cells = self.write("odd.csv", self.cells.read_bytes() + b"conv~0,conv~1\n")
        done = support.run("table", "import", "--from", FORM, self.model(self.members[0]), cells,
                           "--out", self.folder / "t.csv")
        self.assertEqual(done.returncode, 1)
        self.assertIn("odd.csv:202", done.stderr)


if __name__ == "__main__":
    support.main()
