"""Training that is stopped and continued gives the model of the run that was left alone."""

import json
import signal
import subprocess
import time

import support

EPOCHS = 8
MANY_STEPS = 800  # of the 1,912 that EPOCHS take; far more than fit between two checkpoints
COMMAND = ("train", "--space", "nasbench201", *support.COMPUTED, *support.TINY, "--epochs", EPOCHS)


class Resume(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "stopped.dinas"
        self.checkpoint = self.folder / "stopped.dinas.checkpoint"

    def steps(self):
        """Steps of the checkpoint, 0 where there is none."""
        if not self.checkpoint.exists():
            return 0
        content = self.checkpoint.read_bytes()
        header = json.loads(content[8:8 + int.from_bytes(content[:8], "little")])
        return json.loads(header["__metadata__"]["progress"])["step"]

    def stop(self, number, *args, enough=lambda steps: steps > 0):
        """Trains and sends a signal once the checkpoint's steps are enough.

        Returns exit code and words.
        """
        with subprocess.Popen(
            [support.BIN / "dinas", *map(str, (*COMMAND, *args)), "--out", self.out,
             "--checkpoint-seconds", "0.05"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True) as process:
            deadline = time.monotonic() + 120
            while not enough(self.steps()):
                self.assertIsNone(process.poll(), "training ended before a checkpoint")
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.01)
            process.send_signal(number)
            words = process.communicate()[1]
        self.assertFalse(self.out.exists(), "training was over before the signal came")
        self.assertTrue(self.checkpoint.exists())
        return process.returncode, words

    def check_resumed(self):
        done = support.run(*COMMAND, "--out", self.out, "--resume")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("starting anew", done.stderr)
        self.assertFalse(self.checkpoint.exists())
        whole = self.train(self.folder / "whole.dinas", "--epochs", EPOCHS)
        self.assertEqual(self.out.read_bytes(), whole.read_bytes())

    def test_kill_and_resume(self):
        self.assertEqual(self.stop(signal.SIGKILL)[0], -signal.SIGKILL)
        self.check_resumed()

    def test_resumed_run_counts_on_from_the_checkpoint(self):
        self.stop(signal.SIGKILL, enough=lambda steps: steps >= MANY_STEPS)
        before = self.steps()
        # A run that starts over writes its first checkpoint after a twentieth of a second.
        self.stop(signal.SIGKILL, "--resume", enough=lambda steps: steps != before)
        self.assertGreater(self.steps(), before)
        self.check_resumed()

    def test_interrupt_and_resume(self):
        code, words = self.stop(signal.SIGINT)
        self.assertEqual(code, 130)
        self.assertIn("--resume", words)
        self.assertIn(str(self.checkpoint), words)
        self.check_resumed()

    def test_termination_is_an_interrupt(self):
        code, words = self.stop(signal.SIGTERM)
        self.assertEqual(code, 130)
        self.assertIn("--resume", words)
        self.check_resumed()

    def test_resume_asks_for_the_same_options(self):
        self.stop(signal.SIGKILL)
        before = self.checkpoint.read_bytes()
        text = self.refuse(1, *COMMAND, "--seed", 1, "--out", self.out, "--resume")
        self.assertIn("other options", text.splitlines()[-1])
        self.assertFalse(self.out.exists())
        self.assertEqual(self.checkpoint.read_bytes(), before)

    def test_altered_checkpoint_is_refused(self):
        self.stop(signal.SIGKILL)
        self.checkpoint.write_bytes(self.checkpoint.read_bytes()[:-100])
        text = self.refuse(1, *COMMAND, "--out", self.out, "--resume")
        self.assertIn(str(self.checkpoint), text.splitlines()[-1])

    def test_resume_without_a_checkpoint_starts_anew_and_says_so(self):
        done = support.run("train", "--space", "nasbench201", *support.COMPUTED, *support.TINY,
                           "--epochs", 1, "--out", self.out, "--resume")
        self.assertEqual(done.returncode, 0)
        self.assertIn("starting anew", done.stderr)


if __name__ == "__main__":
    support.main()
