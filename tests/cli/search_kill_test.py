"""A search that is killed at any moment continues with nothing lost and nothing done twice."""

import random
import sqlite3
import subprocess
import time

import support

KILLS = 50
SCRIPT = """printf '{"accuracy": %s}' "$(printf %s "$1" | tr -cd 3 | wc -c)" """


class Killed(support.CommandTest):
    def done(self, study):
        """Values by notation, as they are on the disk."""
        if not study.exists():
            return {}
        connection = sqlite3.connect(study)
        try:
            self.assertEqual(connection.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            return dict(
                connection.execute("SELECT notation, value FROM value JOIN architecture a "
                                   "ON a.id = architecture WHERE state = 'done'"))
        finally:
            connection.close()

    def test_at_fifty_moments(self):
        script = self.folder / "evaluate.sh"
        script.write_text(SCRIPT, encoding="utf-8")
        study = self.folder / "s.study"
        command = [support.BIN / "dinas", "search", "--study", study, "--space", "nasbench201",
                   "--method", "random", "--maximize", "accuracy", "--evaluate",
                   f"sh {script} {{arch}}", "--workers", "2", "--batch", "3", "--budget"]
        stream = random.Random(1)
        # Moments from the start of the program to well inside the search, on any machine.
        begin = time.monotonic()
        subprocess.run([*command, "5"], stdin=subprocess.DEVNULL, capture_output=True, check=True,
                       timeout=100)
        latest = min(2 * (time.monotonic() - begin), 0.7)
        before = self.done(study)
        self.assertEqual(len(before), 5)
        for _ in range(KILLS):
            with subprocess.Popen([*command, "1000"], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL) as process:
                time.sleep(stream.uniform(0.0, latest))
                process.kill()
            now = self.done(study)
            self.assertEqual(before, {cell: now.get(cell) for cell in before})
            before = now
        self.assertGreater(len(before), 5)
        connection = sqlite3.connect(study)
        (asked,) = connection.execute("SELECT count(*) FROM architecture").fetchone()
        subprocess.run([*command, str(asked)], stdin=subprocess.DEVNULL, capture_output=True,
                       check=True, timeout=100)
        self.assertEqual(connection.execute("SELECT DISTINCT state FROM architecture").fetchall(),
                         [("done",)])
        outcomes = {outcome for (outcome,) in
                    connection.execute("SELECT DISTINCT outcome FROM attempt")}
        self.assertEqual(outcomes, {"done", "lost"})
        # One attempt told each, and none was made after it.
        self.assertEqual(
            connection.execute(
                "SELECT count(*) FROM architecture a WHERE (SELECT count(*) FROM attempt "
                "WHERE architecture = a.id AND outcome = 'done') != 1 OR (SELECT outcome "
                "FROM attempt WHERE architecture = a.id ORDER BY id DESC LIMIT 1) != 'done'"
            ).fetchall(), [(0,)])
        connection.close()
        for cell, value in self.done(study).items():
            self.assertEqual(value, cell.count("3"))


if __name__ == "__main__":
    support.main()
