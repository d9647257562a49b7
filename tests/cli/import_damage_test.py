"""Every format of official files, damaged: cut short, one byte altered, numbers with the highest byte
first, compression that unpacks to far more than it should, and pickles that would run code. A reader
refuses with one sentence that names the file, or gives a table; it never dies."""

import bz2
import gzip
import json
import pickle
import random
import struct
import zipfile

import support
from import_test import CELLS, ImportTest
from official_files import (DATA_SETS, Command, array, cell_results, darts_result, nasbench101_row,
                            nlp_log, numpy_names, old_torch)

# Formats whose files are pickles, and how each is asked for it.
PICKLED = ("hw-nas-bench", "nats-bench", "nasbench201", "help")


def hw_content(values):
    config = [{"arch_str": cell} for cell in CELLS]
    return {"nasbench201": {name: {"config": config, "fpga_energy": values} for name in DATA_SETS}}


def nb201_content(numbers=1):
    infos = {i: dict(zip(("less", "full"), cell_results(i, cell).values()))
             for i, cell in enumerate(CELLS[:numbers])}
    return {"meta_archs": CELLS, "total_archs": len(CELLS), "arch2infos": infos,
            "evaluated_indexes": list(infos)}


class Damage(ImportTest):
    def archive(self, name, member, data):
        path = self.folder / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(member, data)
        return path

    def files(self, form):
        """A good file of the format as (name, bytes), then the others that it needs."""
        values = [0.5 + i for i in range(len(CELLS))]
        if form == "hw-nas-bench":
            return [("hw.pickle", pickle.dumps(hw_content(values), 2))]
        if form == "nats-bench":
            return [("0.pickle.pbz2", bz2.compress(pickle.dumps(cell_results(0, CELLS[0]), 4)))]
        if form == "nasbench201":
            return [("nb201.pth", old_torch(nb201_content()))]
        if form == "help":
            cells = self.saved("cells.pt", {cell: i for i, cell in enumerate(CELLS)}).read_bytes()
            return [("device.pt", self.saved("device.pt", values).read_bytes()),
                    ("cells.pt", cells)]
        if form == "nasbench101":
            return [("nb101.tfrecord", b"".join(
                nasbench101_row(name, 108, "0100", "input,output", 3, (1.0, 0.5, 0.5, 0.5))
                for name in "ab"))]
        if form == "nas-bench-nlp":
            return [("logs.zip", self.archive("logs.zip", "log.json", json.dumps(nlp_log()))
                     .read_bytes())]
        return [("result.json", json.dumps(darts_result()).encode())]

    FORMATS = (*PICKLED, "nasbench101", "nasbench301", "nas-bench-nlp")

    def given(self, form, data):
        """The arguments for the format where its first file has these bytes."""
        (name, _), *others = self.files(form)
        return [self.write(name, data), *(self.write(*other) for other in others)]

    def test_good(self):
        for form in self.FORMATS:
            rows = self.import_table(form, *self.given(form, self.files(form)[0][1]))
            self.assertGreater(len(rows), 0)

    def test_cut_short(self):
        for form in self.FORMATS:
            data = self.files(form)[0][1]
            for part in range(12):
                size = len(data) * part // 12
                if form == "nasbench101" and size in (0, len(data) // 2):
                    size += 1  # records end there
                with self.subTest(form=form, size=size):
                    said = self.refuse_import(form, *self.given(form, data[:size]))
                    self.assertRegex(said, "byte [0-9]+|unexpected character [0-9]+")

    def test_altered(self):
        stream = random.Random(1)
        for form in self.FORMATS:
            data = self.files(form)[0][1]
            for _ in range(24):
                altered = bytearray(data)
                altered[stream.randrange(len(data))] ^= 1 << stream.randrange(8)
                out = self.folder / "altered.csv"
                files = self.given(form, bytes(altered))
                done = support.run("table", "import", "--from", form, *files, "--out", out)
                with self.subTest(form=form, said=done.stderr):
                    self.assertIn(done.returncode, (0, 1))
                    self.assertEqual(done.stderr.count("\n"), 1)
                    self.assertIn(str(out if done.returncode == 0 else files[0]), done.stderr)

    def test_checksums_of_the_last_block(self):
        """The value ends before the checksums do: one that is wrong must count."""
        data = pickle.dumps(cell_results(0, CELLS[0]), 4)
        for name, packed, place in (("a.pickle.pbz2", bz2.compress(data), -3),
                                    ("a.pickle.gz", gzip.compress(data), -7)):
            altered = bytearray(packed)
            altered[place] ^= 0x10
            self.refuse_import("nats-bench", self.write(name, bytes(altered)))

    def test_byte_orders(self):
        values = list(range(1, len(CELLS) + 1))
        expected = [str(value) for value in values]
        for kind, code in (("f8", "d"), ("f4", "f"), ("i2", "h")):
            for order in "<>":
                packed = struct.pack(f"{order}{len(values)}{code}", *values)
                with self.subTest(kind=kind, order=order), numpy_names():
                    numbers = array(kind, order, len(values), packed)
                    hw = self.write("hw.pickle", pickle.dumps(hw_content(numbers), 2))
                    latencies = self.write("other.pt", pickle.dumps(numbers, 2))
                rows = self.import_table("hw-nas-bench", hw)
                self.assertEqual([row["cifar100_fpga_energy_mj"] for row in rows], expected)
                rows = self.import_table("help", latencies, self.write(*self.files("help")[1]))
                self.assertEqual([row["other_ms"] for row in rows], expected)

    def test_types_of_numpy_that_are_not_numbers(self):
        for kind, order in (("O8", "|"), ("U4", "<"), ("c16", "<"), (">f8", ">"), ("f8", "=")):
            with numpy_names():
                values = array(kind, order, len(CELLS), bytes(8 * len(CELLS)))
                path = self.write("hw.pickle", pickle.dumps(hw_content(values), 2))
            said = self.refuse_import("hw-nas-bench", path)
            self.assertRegex(said, r"byte \d+: (REDUCE|BUILD): expected (a numpy type of numbers|the"
                             " byte order)")

    def test_code_is_not_run(self):
        command = Command(self.folder / "pwned")
        for form in PICKLED:
            for protocol in (2, 4):
                path = self.given(form, pickle.dumps([{"a": command}], protocol))[0]
                said = self.refuse_import(form, path)
                self.assertRegex(said, r"byte \d+: (STACK_)?GLOBAL: .*'posix\.system'.*nothing was")
            in_archive = self.saved("code.pt", {"meta_archs": command})
            said = self.refuse_import(form, in_archive)
            self.assertIn("nothing was run", said)
            old = self.write("code.pth", old_torch({"meta_archs": command}))
            self.assertIn("nothing was run", self.refuse_import(form, old))
        self.assertFalse((self.folder / "pwned").exists())

    def test_small_files_that_claim_or_unpack_to_much(self):
        large = bytes(20_000_000)
        claims = b"\x80\x02B" + struct.pack("<I", 0x7FFFFFFF)
        for form in PICKLED:
            for path in (self.archive("bomb.pt", "archive/data.pkl", claims + large),
                         self.write("bomb.pbz2", bz2.compress(claims + large)),
                         self.write("bomb.gz", gzip.compress(claims + large))):
                said = self.refuse_import(form, path)
                self.assertRegex(said, "byte [0-9]+: .*(expected at most|cut short)")
        for form in ("nasbench301", "nas-bench-nlp"):
            for path in (self.archive("bomb.zip", "log.json", large),
                         self.write("bomb.json", bz2.compress(large))):
                said = self.refuse_import(form, path)
                self.assertIn("byte 16777216: expected at most 16 MiB, found more", said)
        said = self.refuse_import("nasbench101", self.write("bomb.tfrecord", bz2.compress(large)))
        self.assertIn("byte 8: expected the checksum of the length", said)

    def test_more_behind_the_value(self):
        for form in ("hw-nas-bench", "nasbench201"):
            path = self.given(form, self.files(form)[0][1] + b"N.")[0]
            self.assertIn("expected the end, found more", self.refuse_import(form, path))


class Usage(ImportTest):
    def test_unknown_format(self):
        said = self.explain(2, "table", "import", "--from", "nas", "x", "--out",
                            self.folder / "t.csv")
        self.assertIn("hw-nas-bench", said)

    def test_missing_file(self):
        self.refuse_import("hw-nas-bench", self.folder / "missing.pickle")


if __name__ == "__main__":
    support.main()
