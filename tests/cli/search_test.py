"""Searches on the space's own metrics and on a command, and what goes wrong there."""

import json
import pathlib
import signal
import sqlite3
import subprocess
import time

import support

SPACE = ("--space", "nasbench201", "--method", "random")


def runs(pid):
    """Is there such a process, and is it more than the entry of one that has ended?"""
    try:
        return ") Z " not in pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False


class SearchTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.study = self.folder / "s.study"

    def script(self, body):
        """A command that runs the lines of a shell script with the notation as $1."""
        path = self.folder / "evaluate.sh"
        path.write_text(body + "\n", encoding="utf-8")
        return f"sh {path} {{arch}}"

    def search(self, *args, **options):
        return self.succeed("search", "--study", self.study, *args, **options)

    def command_search(self, body, *args):
        return self.search(*SPACE, "--maximize", "accuracy", "--evaluate", self.script(body), *args)

    def rows(self, query):
        connection = sqlite3.connect(self.study)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


class OnTheSpace(SearchTest):
    ARGS = (*SPACE, "--minimize", "effective_cifar10_macs_m", "--where", "paths >= 3")

    def test_finds_what_keeps_the_bound_and_spends_nothing_on_the_rest(self):
        result = json.loads(self.search(*self.ARGS, "--budget", 20, "--json"))
        self.assertEqual(result["evaluations"], 20)
        self.assertEqual(result["objectives"], "min effective_cifar10_macs_m")
        self.assertEqual(result["limits"], "paths >= 3")
        (best,) = result["best"]
        self.assertEqual(best["metrics"]["paths"], support.paths(best["architecture"]))
        cells = [row[0] for row in self.rows("SELECT notation FROM architecture")]
        self.assertEqual(len(cells), 20)
        self.assertTrue(all(support.paths(cell) >= 3 for cell in cells))

    def test_continues_with_the_same_or_fewer_words(self):
        self.search(*self.ARGS, "--budget", 5)
        self.search(*self.ARGS, "--budget", 8)
        self.search("--budget", 11)
        self.assertEqual(self.rows("SELECT count(*) FROM architecture"), [(11,)])
        in_parts = self.succeed("study", "export", self.study)
        whole = self.folder / "whole.study"
        self.succeed("search", "--study", whole, *self.ARGS, "--budget", 11)
        self.assertEqual(self.succeed("study", "export", whole), in_parts)

    def test_a_disagreement_names_the_field(self):
        self.search(*self.ARGS, "--budget", 2)
        for field, args in {
                "space": ("--space", "darts"),
                "objective": ("--maximize", "effective_cifar10_macs_m"),
                "bound": ("--where", "paths >= 2"),
                "method": ("--method", "local"),
                "seed": ("--seed", 1),
                "evaluator": ("--evaluate", "true"),
                "metric level": ("--metric-level", "paths:class"),
        }.items():
            with self.subTest(field=field):
                text = self.explain(2, "search", "--study", self.study, "--budget", 5, *args)
                self.assertIn(f" {field} ", text)
        self.assertEqual(self.rows("SELECT count(*) FROM architecture"), [(2,)])

    def test_several_objectives_end_in_a_front(self):
        args = (*SPACE, "--maximize", "paths", "--minimize", "effective_cifar10_macs_m")
        best = json.loads(self.succeed("search", *args, "--budget", 40, "--json"))["best"]
        points = [(cell["metrics"]["paths"], cell["metrics"]["effective_cifar10_macs_m"])
                  for cell in best]
        self.assertGreater(len(points), 1)
        self.assertEqual(points, sorted(set(points), reverse=True))
        costs = [cost for _, cost in points]
        self.assertEqual(costs, sorted(costs, reverse=True))

    def test_without_a_study_nothing_is_kept(self):
        text = self.succeed("search", *self.ARGS, "--budget", 5)
        self.assertIn("architecture", text)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_table_and_labels_that_are_known(self):
        cells = support.random_cells(60)
        table = support.write_table(self.folder / "t.csv", cells)
        known = support.write_table(self.folder / "known.csv", cells[:10])
        result = json.loads(
            self.search(*SPACE, "--maximize", "score", "--table", table, "--import", known,
                        "--budget", 100, "--json"))
        self.assertEqual((result["imported"], result["evaluations"]), (10, 50))
        self.assertEqual(result["best"][0]["metrics"]["score"],
                         max(support.paths(c) + support.latency(c) / 100 for c in cells))


class OnACommand(SearchTest):
    GOOD = """printf '{"accuracy": %s}' "$(printf %s "$1" | tr -cd 3 | wc -c)" """

    def test_every_kind_of_failure_has_its_record(self):
        bodies = {
            "exit status": "echo out of memory >&2; exit 3",
            "signal": "kill -SEGV $$",
            "time limit": "sleep 300",
            "no answer": "echo garbage",
            "not finite": "echo '{\"accuracy\": NaN}'",
            "missing metric": "echo '{\"acuracy\": 1}'",
        }
        for kind, body in bodies.items():
            with self.subTest(kind=kind):
                self.study.unlink(missing_ok=True)
                limit = ("--time-limit", 0.2) if kind == "time limit" else ()
                self.command_search(body, "--budget", 3, "--retries", 1, "--workers", 2, *limit)
                self.assertEqual(self.rows("SELECT DISTINCT outcome FROM attempt"), [(kind,)])
                self.assertEqual(self.rows("SELECT count(*) FROM attempt"), [(6,)])
                self.assertEqual(self.rows("SELECT DISTINCT state FROM architecture"),
                                 [("failed",)])
                shown = self.succeed("study", "show", self.study)
                self.assertIn(f"6 {kind}", shown)
                self.assertIn("3 evaluations (3 failed)", shown)
        self.assertIn("did you mean 'acuracy'?", shown)

    def test_some_failures_do_not_hold_up_the_rest(self):
        body = 'case "$1" in *none~0*) exit 1;; esac\n' + self.GOOD
        self.command_search(body, "--budget", 20, "--workers", 3)
        states = dict(self.rows("SELECT state, count(*) FROM architecture GROUP BY state"))
        self.assertEqual(sum(states.values()), 20)
        self.assertEqual(set(states), {"done", "failed"})
        for notation, state in self.rows("SELECT notation, state FROM architecture"):
            self.assertEqual(state == "failed", "none~0" in notation)

    def test_interrupted_it_kills_its_evaluations_and_can_go_on(self):
        log = self.folder / "log"
        body = f"echo $$ >> {log}; [ $(wc -l < {log}) -le 2 ] || exec sleep 300\n" + self.GOOD
        args = ("search", "--study", self.study, *SPACE, "--maximize", "accuracy", "--evaluate",
                self.script(body), "--workers", 2, "--budget", 6)
        with subprocess.Popen([support.BIN / "dinas", *map(str, args)],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            self.wait_for(lambda: log.exists() and len(log.read_text("utf-8").split()) >= 4)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("continues", errors)
        self.assertIn("accuracy", output)
        for pid in log.read_text("utf-8").split()[2:]:
            self.wait_for(lambda pid=pid: not runs(pid))
        states = dict(self.rows("SELECT state, count(*) FROM architecture GROUP BY state"))
        self.assertEqual((states["done"], states.get("running")), (2, None))
        self.assertEqual(self.rows("SELECT count(*) FROM attempt WHERE outcome = 'stopped'"),
                         [(2,)])
        self.script(self.GOOD)  # the same command, which works now
        self.succeed(*args)
        self.assertEqual(self.rows("SELECT count(*) FROM architecture WHERE state = 'done'"),
                         [(6,)])

    def wait_for(self, condition):
        for _ in range(6000):
            if condition():
                return
            time.sleep(0.01)
        self.fail("waited for a minute")

    def test_two_processes_share_a_study(self):
        args = ("search", "--study", self.study, *SPACE, "--maximize", "accuracy", "--evaluate",
                self.script(self.GOOD), "--workers", 2, "--budget", 30)
        processes = [
            subprocess.Popen([support.BIN / "dinas", *map(str, args)], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        for process in processes:
            _, errors = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, errors)
        self.assertEqual(self.rows("SELECT state, count(*) FROM architecture GROUP BY state"),
                         [("done", 30)])
        self.assertEqual(self.rows("SELECT count(*), count(DISTINCT architecture) FROM attempt"),
                         [(30, 30)])


class Refused(SearchTest):
    def test_requests_that_make_no_sense(self):
        good = (*SPACE, "--maximize", "paths", "--budget", 5)
        for args, word in (
            ((*SPACE, "--budget", 5), "objective"),
            (("--maximize", "paths", "--budget", 5), "--space"),
            ((*SPACE, "--maximize", "accuracy", "--budget", 5), "accuracy"),
            ((*good, "--budget", 0), "--budget"),
            ((*good, "--batch", 0), "--batch"),
            ((*good, "--workers", 0), "--workers"),
            ((*good, "--workers", 2), "--evaluate"),
            ((*good, "--retries", -1), "--retries"),
            ((*good, "--evaluate", "true", "--time-limit", 0), "--time-limit"),
            ((*good, "--evaluate", "true", "--table", "t.csv"), "--table"),
            ((*good, "--evaluate", "train '{arch}'"), "quotes"),
            ((*good, "--where", "paths <= 2"), "direction"),
            ((*good, "--where", "conv_depth top 5%"), "METRIC <= V"),
            ((*good, "--minimize", "paths"), "twice"),
            ((*good, "--metric-level", "paths"), "METRIC:class"),
            ((*good, "--metric-level", "loss:class"), "loss"),
            (("--space", "nasbench201", "--maximize", "paths", "--budget", 5, "--method", "luck"),
             "random"),
            ((*good, "--seed", -1), "--seed"),
        ):
            with self.subTest(args=args):
                self.assertIn(word, self.explain(2, "search", *args, "--study", self.study))
                self.assertFalse(self.study.exists())

    def test_files_that_are_no_study(self):
        self.study.write_text("a study", encoding="utf-8")
        for command in (("search", "--budget", 5, "--study"), ("study", "show"), ("study", "best"),
                        ("study", "export"), ("study", "ask")):
            with self.subTest(command=command):
                self.assertIn("expected a study", self.explain(1, *command, self.study))
        self.assertEqual(self.study.read_text("utf-8"), "a study")


if __name__ == "__main__":
    support.main()
