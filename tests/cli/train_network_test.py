"""dinas train-network: one network trained for real, which survives being stopped."""

import json
import pathlib
import random
import signal
import struct
import subprocess
import time

import support

CELL = support.notation(["nor_conv_3x3", "none", "skip_connect", "nor_conv_1x1", "none",
                         "avg_pool_3x3"])
# A network that trains in seconds, with everything that draws random numbers.
SMALL = ("--space", "nasbench201", "--architecture", CELL, "--channels", 4, "--cells", 1,
         "--batch", 10, "--rate", 0.05, "--label-smoothing", 0.1)


class TrainNetwork(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "net.safetensors"
        self.checkpoint = self.folder / "net.safetensors.checkpoint"

    def images(self, size=8, train=200):
        """A folder with a dataset in IDX: half of the images are bright on the left."""
        folder = self.folder / f"images-{size}"
        folder.mkdir(exist_ok=True)
        stream = random.Random(3)
        for split, count in (("train", train), ("t10k", 50)):
            labels = bytes(i % 2 for i in range(count))
            pixels = bytes(stream.randrange(100) + (150 if (x < size // 2) == (label == 0) else 0)
                           for label in labels for _ in range(size) for x in range(size))
            (folder / f"{split}-images-idx3-ubyte").write_bytes(
                struct.pack(">IIII", 0x803, count, size, size) + pixels)
            (folder / f"{split}-labels-idx1-ubyte").write_bytes(
                struct.pack(">II", 0x801, count) + labels)
        return folder

    def command(self, *args):
        return ("train-network", *SMALL, "--dataset", self.images(), "--out", self.out, *args)

    @staticmethod
    def header(path):
        content = pathlib.Path(path).read_bytes()
        return json.loads(content[8:8 + int.from_bytes(content[:8], "little")])

    def metadata(self, path, key):
        return json.loads(self.header(path)["__metadata__"][key])

    def stop(self, number, *args):
        """Trains and sends a signal once there is a checkpoint. Returns exit code and words."""
        with subprocess.Popen(
            [support.BIN / "dinas",
             *map(str, self.command(*args, "--checkpoint-seconds", "0.01"))],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            deadline = time.monotonic() + 120
            while not self.checkpoint.exists():
                self.assertIsNone(process.poll(), "training ended before a checkpoint")
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.005)
            process.send_signal(number)
            words = process.communicate()[1]
        self.assertFalse(self.out.exists(), "training was over before the signal came")
        self.assertTrue(self.checkpoint.exists())
        return process.returncode, words

    def check_resumed(self, epochs):
        done = support.run(*self.command("--epochs", epochs, "--resume"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("continuing after", done.stderr)
        self.assertFalse(self.checkpoint.exists())
        resumed = self.out.read_bytes()
        whole = self.succeed(*self.command("--epochs", epochs))
        self.assertEqual(done.stdout, whole)
        self.assertEqual(resumed, self.out.read_bytes())

    def test_it_learns_and_says_so(self):
        report = self.folder / "report.json"
        # Left and right are the classes, and the recipe would swap them.
        done = support.run(*self.command("--epochs", 3, "--no-flip", "--crop", 1, "--json", report))
        self.assertEqual(done.returncode, 0, done.stderr)
        for epoch in (1, 2, 3):
            self.assertRegex(done.stderr, rf"epoch {epoch} of 3  loss .* accuracy .* left")
        results = self.metadata(self.out, "results")
        self.assertGreater(results["accuracy"], 90)
        self.assertEqual(results["epochs"], 3)
        self.assertEqual(done.stdout, f"accuracy {results['accuracy']:.2f} %\n"
                                      f"log loss {results['log_loss']:.4f}\n")
        written = json.loads(report.read_text(encoding="utf-8"))
        self.assertEqual(written["results"], results)
        self.assertEqual(written["settings"], self.metadata(self.out, "settings"))
        self.assertFalse(self.checkpoint.exists())

    def test_the_file_says_what_it_holds(self):
        self.succeed(*self.command("--epochs", 1))
        settings = self.metadata(self.out, "settings")
        self.assertEqual(settings["architecture"], CELL)
        self.assertEqual(settings["space"], "nasbench201")
        # What is said replaces the literature's recipe, which stays elsewhere.
        self.assertEqual(settings["recipe"]["rate"], 0.05)
        self.assertEqual(settings["recipe"]["epochs"], 1)
        self.assertEqual(settings["recipe"]["weight_decay"], 5e-4)
        self.assertTrue(settings["recipe"]["flip"])
        self.assertEqual(settings["recipe"]["crop"], 4)
        self.assertEqual(settings["network"]["image_size"], 8)
        self.assertEqual(len(self.metadata(self.out, "input")["mean"]), 1)
        tensors = self.header(self.out)
        self.assertEqual(tensors["stem.0.weight"]["shape"], [4, 1, 3, 3])
        self.assertEqual(tensors["cells.0.layers.0.op.1.weight"]["shape"], [4, 4, 3, 3])
        self.assertEqual(tensors["classifier.weight"]["shape"], [2, 16])
        # Edge 3 leads to the output by a convolution, edge 4 by nothing.
        self.assertIn("cells.0.layers.3.op.2.running_var", tensors)
        self.assertFalse([name for name in tensors if name.startswith("cells.0.layers.4.")])

    def test_a_flag_of_the_recipe_can_be_taken_back(self):
        self.succeed(*self.command("--epochs", 1, "--no-flip"))
        self.assertFalse(self.metadata(self.out, "settings")["recipe"]["flip"])

    def test_kill_and_resume(self):
        self.assertEqual(self.stop(signal.SIGKILL, "--epochs", 40)[0], -signal.SIGKILL)
        self.check_resumed(40)

    def test_interrupt_and_resume(self):
        code, words = self.stop(signal.SIGINT, "--epochs", 40)
        self.assertEqual(code, 130)
        self.assertIn("--resume", words)
        self.check_resumed(40)

    def test_resume_asks_for_the_same_options(self):
        self.stop(signal.SIGKILL, "--epochs", 40)
        before = self.checkpoint.read_bytes()
        text = self.refuse(1, *self.command("--epochs", 40, "--seed", 1, "--resume"))
        self.assertIn("seed = 0, and this run has 1", text.splitlines()[-1])
        self.assertEqual(self.checkpoint.read_bytes(), before)
        self.assertFalse(self.out.exists())

    def test_resume_without_a_checkpoint_starts_anew_and_says_so(self):
        done = support.run(*self.command("--epochs", 1, "--resume"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("starting anew", done.stderr)

    def test_darts_with_its_auxiliary_head(self):
        cell = " ".join(["sep_conv_3x3~0 skip_connect~1"] * 8)
        self.succeed("train-network", "--space", "darts", "--architecture", cell, "--channels", 2,
                     "--cells", 3, "--epochs", 1, "--batch", 8, "--train-images", 16,
                     "--test-images", 8, "--dataset", self.images(32, 40), "--out", self.out)
        recipe = self.metadata(self.out, "settings")["recipe"]
        self.assertEqual(recipe["auxiliary_weight"], 0.4)
        self.assertEqual(recipe["drop_path"], 0.2)
        self.assertIn("auxiliary_head.classifier.weight", self.header(self.out))

    def test_wrong_requests(self):
        images = ("--dataset", self.images(), "--out", self.out)
        for space, cell, args, what in (
                ("nasbench201", "no cell", (), "expected an architecture of nasbench201"),
                ("nasbench_nlp", CELL, (), "no network"),
                ("nasbench201", CELL, ("--imagenet",), "belong to darts"),
                ("nasbench201", CELL, ("--auxiliary-weight", 1), "belong to darts"),
                ("nasbench201", CELL, ("--batch", 1000), "do not fill a batch"),
                ("nasbench201", CELL, ("--checkpoint-seconds", 0), "above 0"),
                ("nasbench201", CELL, ("--rate", "fast"), "rate"),
        ):
            text = self.explain(2, "train-network", "--space", space, "--architecture", cell,
                                *images, *args)
            self.assertIn(what, text)
        text = self.explain(1, "train-network", *SMALL, "--dataset", self.folder / "none", "--out",
                            self.out)
        self.assertIn("none", text)
        self.assertFalse(self.out.exists())


if __name__ == "__main__":
    support.main()
