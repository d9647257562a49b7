"""What the end-to-end tests share: they see the program as a user does, through its arguments,
exit codes, output and files."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(os.environ.get("DINAS_BIN", "build/release/bin"))
SKIPPED = 77  # what ctest is told to report as "skipped"


def run(*args, program="dinas", timeout=500, **options):
    """Runs the program and returns the finished process with its output as text.

    Standard input is closed, so a program that waits for an answer fails instead of hanging.
    """
    return subprocess.run(
        [BIN / program, *map(str, args)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=timeout,
        check=False,
        **options,
    )


def data_folder():
    """The folder of benchmark tables; skips the calling test where there is none."""
    folder = os.environ.get("DINAS_DATA")
    if not folder:
        raise unittest.SkipTest("set DINAS_DATA to the folder of benchmark tables to run this")
    return pathlib.Path(folder)


def need_torch():
    """Skips the calling test in a build without libtorch."""
    if not (BIN / "dinas-torch").exists():
        raise unittest.SkipTest("built without libtorch")


class CommandTest(unittest.TestCase):
    """A test with a folder of its own, `self.folder`, that is gone afterwards."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dinas-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def succeed(self, *args, **options):
        """Runs the program, which must succeed, and returns what it wrote to standard output."""
        done = run(*args, **options)
        self.assertEqual(done.returncode, 0, f"dinas {args}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def refuse(self, code, *args, **options):
        """Runs the program, which must stop with `code` and explain itself on standard error.

        Returns the explanation.
        """
        done = run(*args, **options)
        self.assertEqual(done.returncode, code, f"dinas {args}:\n{done.stdout}{done.stderr}")
        self.assertNotEqual(done.stderr.strip(), "", f"dinas {args} failed without a word")
        return done.stderr


def main():
    """Runs the tests of the calling file. Any skipped test makes the whole file "skipped" for
    ctest, because what did not run must be visible there; a failure outweighs it."""
    result = unittest.main(exit=False, verbosity=2).result
    if not result.wasSuccessful() or result.testsRun == 0:
        sys.exit(1)
    sys.exit(SKIPPED if result.skipped else 0)
