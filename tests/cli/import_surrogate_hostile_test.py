"""Models of XGBoost that nobody would write: cut short, altered, trees that are none, and pickles that
would run code or unpack to far more than they should."""

import bz2
import gzip
import json
import os
import pickle
import struct

import support
from import_surrogate_test import FORM, SurrogateTest
from official_files import Command, booster_binary, booster_json, pickled_booster


class Hostile(SurrogateTest):
    def refuse_model(self, data):
        return self.refuse_import(FORM, self.write("h.model", data), self.cells)

    def test_every_cut(self):
        data = booster_binary([(10, 2.5, False, 1.0, (11, 0.5, True, 2.0, 3.0))])
        attributes = len(data) - 8 - 8 - len("best_iteration") - 8 - 1
        for size in range(0, attributes, 13):
            self.assertRegex(self.refuse_model(data[:size]), "byte [0-9]+: expected")
        self.assertRegex(self.refuse_model(data[:attributes - 1]), "cut short")

    def test_trees_that_are_none(self):
        data = bytearray(booster_binary([(10, 2.5, False, 1.0, 2.0)]))
        root = data.index(struct.pack("<iii", 0x7FFFFFFF, 1, 2))
        for left, right in ((0, 2), (1, 1), (1, 3), (1, -2), (0x7FFFFFFF, 2)):
            struct.pack_into("<ii", data, root + 4, left, right)
            said = self.refuse_model(bytes(data))
            self.assertRegex(said, "byte [0-9]+: in tree 0 there: expected (a child|every node)")
            as_json = booster_json([(10, 2.5, False, 1.0, 2.0)])
            tree = as_json["learner"]["gradient_booster"]["model"]["trees"][0]
            tree["left_children"][0], tree["right_children"][0] = left, right
            said = self.refuse_model(json.dumps(as_json).encode())
            self.assertRegex(said, "in tree 0: expected (a child|every node|a whole number)")

    def test_counts_that_are_too_large(self):
        data = booster_binary([1.0])
        trees = data.index(b"gbtree") + 6
        for place, size in ((trees, 4), (trees + 160 + 4, 4), (8, 4), (4 + 136, 8), (12, 4)):
            for value in (2**31 - 1, 2**(8 * size) - 1, 2**(8 * size - 1)):
                altered = bytearray(data)
                altered[place:place + size] = value.to_bytes(size, "little")
                self.assertRegex(self.refuse_model(bytes(altered)), "byte [0-9]+: expected")
        for offset in (0, 1, len(data) // 2, 2**64 - 1):
            packed = b"CONFIG-offset:" + struct.pack("<Q", offset) + data
            self.assertRegex(self.refuse_model(packed), "expected the (model to end|size of the)")

    def test_chains(self):
        tree = 0.5
        for _ in range(100):
            tree = (10, 2.5, False, tree, 1.0)
        self.assertIn("at most 100 levels", self.refuse_model(booster_binary([tree])))
        deep = b'{"a":' * 50 + b"1" + b"}" * 50
        self.assertIn("at most 16 deep", self.refuse_model(deep))

    def test_json(self):
        good = booster_json([(10, 2.5, False, 1.0, 2.0)])
        for path, value in ((("learner_model_param", "base_score"), "inf"),
                            (("learner_model_param", "num_feature"), "x"),
                            (("learner_model_param", "num_class"), "3"),
                            (("objective", "name"), "binary:logistic"),
                            (("gradient_booster", "name"), "dart"),
                            (("gradient_booster", "model", "gbtree_model_param", "num_trees"), "2"),
                            (("gradient_booster", "model", "trees", 0, "default_left"), [0]),
                            (("gradient_booster", "model", "trees", 0, "split_type"), [1, 0, 0]),
                            (("gradient_booster", "model", "trees", 0, "left_children"), 5),
                            (("gradient_booster", "model", "trees", 0, "split_indices"),
                             [10, "a", 0])):
            altered = json.loads(json.dumps(good))
            place = altered["learner"]
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
            with self.subTest(path=path):
                self.assertIn("expected", self.refuse_model(json.dumps(altered).encode()))
        self.assertIn("unexpected character", self.refuse_model(json.dumps(good).encode()[:-9]))

    def test_pickles(self):
        for data in (pickled_booster(b"{L" + bytes(20)), b"{L" + bytes(20)):
            self.assertIn("UBJSON", self.refuse_model(data))
        self.assertIn("'handle'", self.refuse_model(pickle.dumps({"model": 1})))
        self.assertIn("expected bytes at handle", self.refuse_model(pickle.dumps({"handle": "x"})))
        command = Command(self.folder / "pwned")
        for protocol in (2, 4):
            said = self.refuse_model(pickle.dumps({"handle": command}, protocol))
            self.assertRegex(said, r"'posix\.system'.*nothing was run")
        self.assertFalse(os.path.exists(self.folder / "pwned"))

    def test_small_files_that_claim_or_unpack_to_much(self):
        claims = b"\x80\x02B" + struct.pack("<I", 0x7FFFFFFF) + bytes(20)
        self.assertIn("expected at most", self.refuse_model(gzip.compress(claims)))
        packed = pickled_booster(bz2.compress(booster_binary([1.0])))
        self.assertIn("in 'handle'", self.refuse_model(packed))
        many = b'{"a":[' + b"0," * 11_000_000 + b"0]}"
        self.assertIn("at most 10000000 values", self.refuse_model(gzip.compress(many)))
        half = b"[" + b"0," * 6_000_000 + b"0]"
        empty = (b'{"left_children":[],"right_children":[],"split_indices":[],"split_conditions":[],'
                 b'"default_left":[],"tree_param":{}}')
        parts = b'{"a":' + half + b',"b":[' + empty + b'],"c":' + half + b"}"
        self.assertIn("at most 10000000 values", self.refuse_model(gzip.compress(parts)))

    def test_boosters_are_for_this_format_alone(self):
        path = self.write("b.pickle", pickled_booster(booster_binary([1.0])))
        for form in ("hw-nas-bench", "nats-bench", "nasbench201", "help"):
            said = self.refuse_import(form, path)
            self.assertIn("nothing was run", said)


if __name__ == "__main__":
    support.main()
