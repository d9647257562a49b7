"""Two programs: `dinas` without libtorch, and `dinas-torch`, which it starts where it is needed."""

import shutil
import subprocess
import time
import unittest

import support

PAPER = ("train", "--space", "nasbench201", "--metric", "paths:max", "--epochs", "1", "--profile",
         "paper")


class Programs(support.CommandTest):
    def test_dinas_does_not_load_libtorch(self):
        if shutil.which("ldd") is None:
            raise unittest.SkipTest("ldd is not installed")
        libraries = subprocess.run(["ldd", support.BIN / "dinas"], capture_output=True, text=True,
                                   check=True).stdout
        self.assertIn("libc.so", libraries)
        self.assertNotIn("torch", libraries)
        self.assertNotIn("blas", libraries)

    def test_dinas_starts_fast(self):
        # 2 ms in a release build; a sanitizer build on a busy machine is far below the limit too,
        # while loading libtorch alone takes longer.
        seconds = []
        for _ in range(5):
            start = time.monotonic()
            self.succeed("spaces")
            seconds.append(time.monotonic() - start)
        self.assertLess(min(seconds), 0.2)

    def test_the_paper_profile_without_libtorch_says_what_to_install(self):
        alone = self.folder / "dinas"
        shutil.copy(support.BIN / "dinas", alone)
        out = self.folder / "m.dinas"
        done = subprocess.run([alone, *PAPER, "--out", out], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertIn("libtorch-dev", done.stderr)
        self.assertFalse(out.exists())

    def test_both_programs_know_the_same_commands(self):
        support.need_torch()
        self.assertEqual(self.succeed("--help"), self.succeed("--help", program="dinas-torch"))


if __name__ == "__main__":
    support.main()
