"""No room for the result: a sentence, exit code 1, the old file untouched and no debris."""

import resource
import subprocess
import unittest

import support

KILOBYTES = 48  # less than a model of all cells, more than the few bytes that are there before


class SmallDisk(support.ModelTest):
    """A tmpfs of 48 kB; needs the right to mount."""

    def setUp(self):
        super().setUp()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={KILOBYTES}k", "tmpfs", self.folder],
            capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            raise unittest.SkipTest(f"a small disk cannot be mounted: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", self.folder], check=True)
        self.out = self.folder / "result"
        self.out.write_text("what was here", encoding="utf-8")

    def check(self, text):
        self.assertIn("No space left on device", text.splitlines()[-1])
        self.assertIn(str(self.folder), text.splitlines()[-1])
        self.assertEqual(self.out.read_text("utf-8"), "what was here")
        self.assertEqual([p.name for p in self.folder.iterdir()], ["result"])

    def test_model(self):
        self.check(self.refuse(1, "train", "--space", "nasbench201", *support.COMPUTED,
                               *support.TINY, "--epochs", 1, "--out", self.out))

    def test_checkpoint(self):
        self.check(self.refuse(1, "train", "--space", "nasbench201", *support.COMPUTED, "--epochs",
                               1, "--checkpoint-seconds", 0.01, "--out", self.out))

    def test_architectures(self):
        self.check(self.refuse(1, "generate", "--model", self.model, "--count", 1000, "--out",
                               self.out))


class SmallFile(support.ModelTest):
    """The same through a limit on the size of files, which needs no rights."""

    def refuse_large(self, *args):
        limit = KILOBYTES * 1024
        # Python ignores SIGXFSZ, and without restore_signals so does the program: a write fails.
        return self.refuse(
            1, *args, restore_signals=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))

    def test_nothing_is_half_written(self):
        out = self.folder / "result"
        out.write_text("what was here", encoding="utf-8")
        for args in (("generate", "--model", self.model, "--count", 1000),
                     ("train", "--space", "nasbench201", *support.COMPUTED, *support.TINY,
                      "--epochs", 1)):
            with self.subTest(command=args[0]):
                text = self.refuse_large(*args, "--out", out)
                self.assertIn(f"cannot write {out}: File too large", text.splitlines()[-1])
                self.assertEqual(out.read_text("utf-8"), "what was here")
                self.assertEqual([p.name for p in self.folder.iterdir()], ["result"])


if __name__ == "__main__":
    support.main()
