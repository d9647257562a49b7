"""The engine checker, and the instruction set that DINAS_ISA asks for."""

import array
import json
import os
import re
import shutil
import struct
import subprocess

import support

# What oneDNN and the vector kernels call an instruction set and its extensions.
REPORTS = {
    "baseline": r"oneDNN sse41, Highway (SSE4|SSSE3|SSE2|EMU128)",
    "avx2": r"oneDNN avx2, Highway AVX2",
    "avx512": r"oneDNN avx512_core\w*, Highway AVX3\w*",
}
MASK = 2**64 - 1  # of 64-bit arithmetic
BOUNDS = ("--where", "paths >= 3", "--where", "effective_cifar10_macs_m top 30%")


def available():
    """The instruction sets that this machine takes, in ascending order."""
    return [isa for isa in REPORTS if support.run("--version", env=forced(isa)).returncode == 0]


def avalanche_hash(data):
    """hash_bytes of src/base/hash.h."""
    state = 0xCBF29CE484222325
    for byte in data:
        state = (state ^ byte) * 0x100000001B3 & MASK
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        state = (state ^ state >> 33) * factor & MASK
    return state ^ state >> 33


def checksum(header, data):
    """content_checksum of src/model/sealed_file.cc."""
    texts = []
    for key, text in sorted(header["__metadata__"].items()):
        texts += [key, text] if key != "checksum" else []
    for name, tensor in sorted(header.items()):
        if name != "__metadata__":
            begin, end = tensor["data_offsets"]
            texts += [name, tensor["dtype"], str(tensor["shape"]),
                      f"{avalanche_hash(data[begin:end]):016x}"]
    texts = [text.encode() for text in texts]
    return f"{avalanche_hash(b''.join(b'%d:' % len(text) + text for text in texts)):016x}"


def write_scaled(source, target, name, factor):
    """Copies a model with one tensor multiplied and a checksum that fits."""
    content = source.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8:8 + size])
    data = bytearray(content[8 + size:])
    begin, end = header[name]["data_offsets"]
    values = array.array("f", data[begin:end])
    data[begin:end] = array.array("f", [value * factor for value in values]).tobytes()
    header["__metadata__"]["checksum"] = checksum(header, data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    target.write_bytes(struct.pack("<Q", len(text)) + text + data)


def forced(isa):
    """The environment that asks for an instruction set."""
    return {**os.environ, "DINAS_ISA": isa}


class Check(support.ModelTest):
    def check(self, *args, model=None, **options):
        """What `dinas inspect --check --json` says."""
        return json.loads(self.succeed("inspect", model or self.model, "--check", "--json", *args,
                                       **options))

    def test_every_engine_agrees_with_the_reference(self):
        result = self.check()
        self.assertEqual(result["states"], 10000)
        self.assertEqual(result["logits"], 10000 * 6 * 5)
        self.assertGreater(result["largest_logit"], 0)
        engines = {engine["engine"]: engine for engine in result["engines"]}
        for isa in available():
            engine = engines.pop(f"fp32 {isa}")
            self.assertRegex(engine["ran_on"], f"^{REPORTS[isa]}$")
            self.assertEqual(engine["tolerance"], 4e-5)
        if (support.BIN / "dinas-torch").exists():
            self.assertIn("libtorch", engines.pop("libtorch")["ran_on"])
        self.assertTrue(all(name.startswith("bf16 ") for name in engines), engines)
        for engine in result["engines"]:
            self.assertTrue(engine["passed"])
            self.assertLessEqual(engine["worst_relative"], engine["tolerance"])
            self.assertLessEqual(engine["worst_relative"], engine["worst_absolute"])
            # Single precision is never equal to double on so many logits.
            self.assertGreater(engine["worst_absolute"], 0)
            decades = engine["decades"]
            self.assertEqual(sum(decade["logits"] for decade in decades), result["logits"])
            self.assertEqual(decades[0]["below"], 1e-9)
            self.assertIsNone(decades[-1]["below"])
            worst = max(i for i, decade in enumerate(decades) if decade["logits"] > 0)
            self.assertLess(engine["worst_absolute"], decades[worst]["below"] or float("inf"))
            self.assertGreaterEqual(engine["worst_absolute"], decades[worst - 1]["below"])

    def test_the_table_says_the_same(self):
        args = ("inspect", self.model, "--check", "--states", 300)
        table = self.succeed(*args)
        self.assertEqual(table, self.succeed(*args))
        self.assertIn("300 states, 9000 logits", table)
        for engine in self.check("--states", 300)["engines"]:
            self.assertRegex(
                table, rf"(?m)^{engine['engine']} .* ok +{re.escape(engine['ran_on'])}$")

    def test_time_and_variable_edges(self):
        model = self.folder / "m.dinas"
        self.succeed("train", "--space", "nasbench101", "--out", model, *support.TINY, "--noise",
                     "marginal", "--metric", "depth:max", "--random", 200, "--epochs", 1)
        self.assertGreaterEqual(len(self.check("--states", 300, model=model)["engines"]), 1)

    def test_a_model_that_single_precision_cannot_compute_fails(self):
        model = self.folder / "m.dinas"
        write_scaled(self.model, model, "weights.embed.position", 1e25)  # its square is beyond a float
        done = support.run("inspect", model, "--check", "--states", 1000)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"(?m)^fp32 baseline .* beyond ")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn("relative to the size of the logits: fp32 baseline by", done.stderr)

    def test_without_libtorch_the_other_engines_are_checked(self):
        alone = self.folder / "dinas"
        shutil.copy(support.BIN / "dinas", alone)
        text = subprocess.run([alone, "inspect", self.model, "--check", "--states", "300"],
                              capture_output=True, text=True, check=True).stdout
        self.assertIn("fp32 baseline", text)
        self.assertNotIn("libtorch", text)

    def test_requests_that_make_no_sense(self):
        for states in (0, -1, 1000001):
            with self.subTest(states=states):
                self.assertIn("--states", self.explain(2, "inspect", self.model, "--check",
                                                       "--states", states))
        self.assertIn("--check", self.explain(2, "inspect", self.model, "--states", 10))

    def test_a_model_of_the_paper_profile_has_one_engine(self):
        support.need_torch()
        model = self.folder / "paper.dinas"
        cells = support.write_table(self.folder / "t.csv", support.random_cells(40))
        self.succeed("train", "--space", "nasbench201", "--profile", "paper", "--table", cells,
                     "--metric", "score:max", "--epochs", 1, "--out", model)
        self.assertIn("paper profile", self.explain(2, "inspect", model, "--check"))
        self.assertNotIn("multiply_adds", json.loads(self.succeed("inspect", model, "--json")))


class MultiplyAdds(support.ModelTest):
    def test_inspect_states_them(self):
        count = json.loads(self.succeed("inspect", self.model, "--json"))["multiply_adds"]
        self.assertIn(f"forward    {count} multiply-adds an architecture\n",
                      self.succeed("inspect", self.model))
        # 8 nodes of width 8: attention maps 4 * 8 * 8, feed-forward 2 * 8 * 32, attention itself
        # 2 * 8 * 8, readout 8 * 7 labels.
        self.assertEqual(count, 8 * (4 * 8 * 8 + 2 * 8 * 32 + 2 * 8 * 8 + 8 * 7))


class InstructionSets(support.ModelTest):
    def test_a_forced_one_is_what_runs(self):
        for isa, report in REPORTS.items():
            with self.subTest(isa=isa):
                if isa not in available():
                    self.skipTest(f"this processor has no {isa}")
                text = self.succeed("inspect", self.model, "--check", "--states", 300, "--json",
                                    env=forced(isa))
                engines = json.loads(text)["engines"]
                self.assertEqual(engines[0]["engine"], f"fp32 {isa}")
                for engine in engines:
                    if engine["engine"] != "libtorch":
                        self.assertRegex(engine["ran_on"], f"^{report}$")
                        self.assertTrue(engine["engine"].endswith(isa))

    def test_nonsense_is_refused_by_every_command(self):
        for args in (("spaces",), ("--version",), ("inspect", self.model)):
            for isa in ("nonsense", "", "AVX2"):
                with self.subTest(args=args, isa=isa):
                    text = self.explain(2, *args, env=forced(isa))
                    self.assertIn("DINAS_ISA", text)
                    self.assertIn(f"'{isa}'", text)

    def test_on_each_of_them_threads_and_batch_change_nothing(self):
        args = ("generate", "--model", self.model, "--count", 150, *BOUNDS, "--seed", 3)
        for isa in available():
            with self.subTest(isa=isa):
                results = {self.succeed(*args, "--threads", threads, "--batch", batch,
                                        env=forced(isa))
                           for threads in (1, 2) for batch in (1, 64)}
                self.assertEqual(len(results), 1)
                self.assertEqual(len(results.pop().splitlines()), 150)


if __name__ == "__main__":
    support.main()
