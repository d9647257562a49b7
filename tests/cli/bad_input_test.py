"""Requests and files that are wrong: one sentence each, the right exit code, nothing written."""

import support

TRAIN = ("train", "--space", "nasbench201", "--epochs", 1)


class BadTraining(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "m.dinas"
        self.out.write_text("what was here", encoding="utf-8")

    def tearDown(self):
        self.assertEqual(self.out.read_text("utf-8"), "what was here")
        left = sorted(p.name for p in self.folder.iterdir() if p.suffix not in (".csv", ".gz"))
        self.assertEqual(left, ["m.dinas"])

    def check(self, code, *args):
        return self.explain(code, *args, "--out", self.out)

    def test_tables(self):
        metric = ("--metric", "score:max")
        self.assertIn("missing.csv", self.check(1, *TRAIN, *metric, "--table",
                                                self.folder / "missing.csv"))
        strange = self.folder / "strange.csv"
        strange.write_text("name,score\nresnet,1\n", encoding="utf-8")
        self.assertIn("strange.csv", self.check(1, *TRAIN, *metric, "--table", strange))
        uneven = self.folder / "uneven.csv"
        uneven.write_text(f"cell,score\n{support.random_cells(1)[0]},1,2\n", encoding="utf-8")
        self.assertIn("uneven.csv:2", self.check(1, *TRAIN, *metric, "--table", uneven))
        packed = self.folder / "cut.csv.gz"
        packed.write_bytes(bytes.fromhex("1f8b080000000000000300"))
        self.assertIn("cut.csv.gz", self.check(1, *TRAIN, *metric, "--table", packed))

    def test_metrics(self):
        self.assertIn("paths", self.check(2, *TRAIN, "--metric", "path:max"))
        for text in ("paths", "paths:up", "paths:max:family", ":max"):
            with self.subTest(metric=text):
                self.assertIn(text, self.check(2, *TRAIN, "--metric", text))
        self.check(2, *TRAIN, "--metric", "paths:max", "--metric", "paths:max")

    def test_options(self):
        for args in (("--noise", "pink"), ("--profile", "huge"), ("--labels", -1),
                     ("--hide-classes", 1), ("--hide-classes", "nan"), ("--threads", -1),
                     ("--batch", 0), ("--width", 7), ("--learning-rate", 0), ("--seed", -1), ("--seed", 2**64),
                     ("--checkpoint-seconds", 0), ("--labels", 1000000)):
            with self.subTest(args=args):
                self.check(2, *TRAIN, "--metric", "paths:max", *args)
        data = ("train", "--space", "nasbench201", "--metric", "paths:max")
        for args in (("--epochs", 0), ("--epochs", -3), ("--max-seconds", 0),
                     ("--max-seconds", "inf"), ("--max-seconds", "nan"), ("--epochs", "many")):
            with self.subTest(args=args):
                self.check(2, *data, *args)
        self.assertIn("nasbench201", self.check(2, "train", "--space", "nowhere", "--metric",
                                                "paths:max", "--epochs", 1))

    def test_places_to_write_to(self):
        args = (*TRAIN, "--metric", "paths:max")
        self.assertIn("does not exist",
                      self.explain(1, *args, "--out", self.folder / "no" / "m.dinas"))
        self.assertIn("is a folder", self.explain(1, *args, "--out", self.folder))
        self.assertIn("does not exist", self.check(1, *args, "--json", self.folder / "no" / "j"))


class BadRequests(support.ModelTest):
    def generate_fails(self, code, *args):
        out = self.folder / "cells.jsonl"
        out.write_text("what was here", encoding="utf-8")
        count = () if "--count" in args else ("--count", 2)
        done = support.run("generate", "--model", self.model, *count, "--out", out, *args)
        self.assertEqual(done.returncode, code, f"{args}: {done.stderr}")
        self.assertRegex(done.stderr.splitlines()[-1], r"^dinas: .")
        self.assertEqual(done.stdout, "")
        self.assertEqual(out.read_text("utf-8"), "what was here")
        self.assertEqual([p.name for p in self.folder.iterdir()], ["cells.jsonl"])
        return done.stderr

    def test_bounds(self):
        for where in ("paths >= 3 seconds", "paths", "paths >=", "paths = 3", "top 3%",
                      "paths top 0%", "paths top 101%", "paths top -1%", "paths top 3",
                      "paths >= nan", "paths >= 1e999", "", "paths <= 3", "paths > 3",
                      "nothing >= 3"):
            with self.subTest(where=where):
                words = self.generate_fails(2, "--where", where)
                self.assertEqual(len(words.splitlines()), 1)
                self.assertIn(f"'{where}'", words)
        self.assertIn("'paths >= 3'", self.generate_fails(2, "--where", "paths <= 3"))
        self.assertIn("effective_cifar10_macs_m",
                      self.generate_fails(2, "--where", "nothing >= 3"))
        self.generate_fails(2, "--where", "paths >= 3", "--where", "paths top 5%")

    def test_numbers(self):
        for args in (("--count", 0), ("--count", -3), ("--count", "many"), ("--count", 5000000000),
                     ("--steps", -1), ("--steps", 7), ("--guidance", -1), ("--guidance", "nan"),
                     ("--guidance", "inf"), ("--guidance", "1e308"), ("--threads", -1),
                     ("--threads", 100000), ("--batch", 0), ("--seed", -1), ("--seed", 2**64)):
            with self.subTest(args=args):
                self.generate_fails(2, *args)

    def test_guidance(self):
        composed = ("--guidance-form", "composed", "--where", "paths >= 3")
        for args in (("--guidance-form", "double"), ("--guidance-steps", "2"),
                     ("--guidance-steps", "4:2"), ("--guidance-steps", "0:2"),
                     ("--guidance-steps", "7:9"), ("--guidance-steps", "a:b"),
                     ("--weight", "paths=1"), (*composed, "--weight", "paths"),
                     (*composed, "--weight", "paths=-1"), (*composed, "--weight", "paths=1e308"),
                     (*composed, "--weight", "nothing=1"),
                     (*composed, "--weight", "effective_cifar10_macs_m=1")):
            with self.subTest(args=args):
                self.generate_fails(2, *args)

    def test_output(self):
        self.generate_fails(2, "--format", "xml")
        args = ("generate", "--model", self.model, "--count", 2)
        self.assertIn("does not exist", self.explain(1, *args, "--out", self.folder / "no" / "x"))
        self.assertIn("No space left", self.explain(1, *args, "--out", "/dev/full"))
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = support.subprocess.run([support.BIN / "dinas", *map(str, args)], stdout=full,
                                          stderr=support.subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("standard output", done.stderr)

    def test_tables(self):
        self.assertIn("missing.csv", self.generate_fails(1, "--table", self.folder / "missing.csv"))

    def test_evaluation(self):
        args = ("evaluate", "--model", self.model, "--coverage-draws", 0)
        self.assertIn("nothing", self.explain(2, *args, "--select", "nothing"))
        self.assertIn("nothing", self.explain(2, *args, "--select", "paths", "--report", "nothing"))
        self.assertIn("paths:up", self.explain(2, *args, "--select", "paths:up"))
        for more in (("--queries", 0), ("--queries", -1), ("--repeats", 0),
                     ("--where", "nothing >= 1"), ("--where", "paths <= 1")):
            with self.subTest(args=more):
                self.explain(2, *args, "--select", "paths", *more)
        self.assertIn("--select", self.explain(2, *args))
        self.assertIn("does not exist", self.explain(1, *args, "--select", "paths", "--json",
                                                     self.folder / "no" / "j"))


class BadModels(support.ModelTest):
    def check(self, path, word=""):
        for args in (("inspect", path), ("generate", "--model", path, "--count", 1),
                     ("evaluate", "--model", path, "--select", "paths")):
            text = self.explain(1, *args)
            self.assertIn(str(path), text)
            self.assertIn(word, text)

    def test_missing(self):
        self.check(self.folder / "missing.dinas", "No such file")

    def test_foreign(self):
        path = self.folder / "foreign.dinas"
        path.write_text("cell,score\n" * 100, encoding="utf-8")
        self.check(path, "safetensors")
        path.write_bytes(b"")
        self.check(path)
        header = b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
        path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
        self.check(path)

    def test_truncated(self):
        whole = self.model.read_bytes()
        path = self.folder / "cut.dinas"
        for size in (4, 100, len(whole) // 2, len(whole) - 1):
            with self.subTest(size=size):
                path.write_bytes(whole[:size])
                self.check(path)

    def test_altered(self):
        whole = bytearray(self.model.read_bytes())
        path = self.folder / "altered.dinas"
        for place in (0, 40, len(whole) // 2, len(whole) - 1):
            with self.subTest(place=place):
                changed = bytearray(whole)
                changed[place] ^= 1
                path.write_bytes(changed)
                self.check(path)


if __name__ == "__main__":
    support.main()
