"""Studies by hand: asking, telling and looking."""

import csv
import io
import json
import subprocess

import support

DEFINITION = ("--space", "nasbench201", "--maximize", "accuracy", "--minimize", "latency_ms",
              "--metric-level", "accuracy:class", "--where", "paths >= 2", "--method", "random")


class ByHand(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.study = self.folder / "s.study"
        self.succeed("study", "create", self.study, *DEFINITION)

    def ask(self, count):
        text = self.succeed("study", "ask", self.study, "--count", count)
        return [line.split("\t") for line in text.splitlines()]

    def best(self):
        return json.loads(self.succeed("study", "best", self.study, "--json"))

    def test_what_is_asked_told_and_found(self):
        tickets = self.ask(4)
        self.assertEqual([number for number, _ in tickets], ["1", "2", "3", "4"])
        self.assertTrue(all(support.paths(cell) >= 2 for _, cell in tickets))
        self.succeed("study", "tell", self.study, 1, "accuracy=90.5", "latency_ms=3")
        subprocess.run([support.BIN / "dinas", "study", "tell", self.study, "2"], check=True,
                       input=b'{"latency_ms": 2, "accuracy": 80}', stderr=subprocess.DEVNULL)
        self.succeed("study", "tell", self.study, 3, "--failed", "out of memory")
        best = self.best()
        self.assertEqual([cell["id"] for cell in best["best"]], [1, 2])
        self.assertEqual(best["best"][0]["metrics"],
                         {"accuracy": 90.5, "latency_ms": 3, "paths": support.paths(tickets[0][1])})
        self.assertEqual((best["evaluations"], best["failed"]), (4, 1))
        shown = self.succeed("study", "show", self.study)
        self.assertIn("reported: out of memory", shown)
        self.assertIn("being evaluated: 4", shown)
        self.assertEqual([number for number, _ in self.ask(2)], ["5", "6"])

    def test_json_tickets_hold_what_a_program_needs(self):
        lines = support.read_lines(
            self.succeed("study", "ask", self.study, "--count", 2, "--json"))
        self.assertEqual([line["id"] for line in lines], [1, 2])
        self.assertEqual(lines[0]["metrics"], ["accuracy", "latency_ms"])
        self.assertEqual(lines[0]["graph"]["nodes"][0], "input")
        self.assertEqual(len(lines[0]["architecture"].split("+")), 3)

    def test_a_failure_can_be_tried_again(self):
        ((_, cell),) = self.ask(1)
        self.succeed("study", "tell", self.study, 1, "--failed", "power cut", "--retry")
        self.assertEqual(self.ask(1), [["1", cell]])

    def test_an_export_is_a_table(self):
        self.ask(2)
        self.succeed("study", "tell", self.study, 1, "accuracy=90.5", "latency_ms=3")
        out = self.folder / "cells.csv"
        self.succeed("study", "export", self.study, "--out", out)
        text = out.read_text("utf-8")
        self.assertEqual(self.succeed("study", "export", self.study), text)
        first, second = csv.DictReader(io.StringIO(text))
        self.assertEqual((first["accuracy"], first["state"]), ("90.5", "done"))
        self.assertEqual((second["accuracy"], second["state"]), ("", "running"))
        other = self.folder / "other.study"
        result = self.succeed("search", "--study", other, *DEFINITION, "--evaluate", "true",
                              "--import", out, "--budget", 1, "--json")
        self.assertEqual(json.loads(result)["imported"], 1)

    def test_what_makes_no_sense_changes_nothing(self):
        self.ask(1)
        for args, word in (
            ((1, "accuracy=90"), "latency_ms"),
            ((1, "accuracy=90", "latency_ms=3", "loss=1"), "loss"),
            ((1, "accuracy=nan", "latency_ms=3"), "finite"),
            ((1, "accuracy=high", "latency_ms=3"), "METRIC=VALUE"),
            ((1, "accuracy=1", "accuracy=1"), "twice"),
            ((1, "accuracy=1", "latency_ms=1", "--failed", "x"), "--failed"),
            ((1,), "standard input"),
            ((7, "accuracy=90", "latency_ms=3"), "no architecture 7"),
            ((1, "--retry"), "--failed"),
        ):
            with self.subTest(args=args):
                self.assertIn(word, self.explain(2, "study", "tell", self.study, *args))
        self.assertEqual(self.best()["best"], [])
        self.succeed("study", "tell", self.study, 1, "accuracy=90", "latency_ms=3")
        self.assertIn("is done", self.explain(2, "study", "tell", self.study, 1, "accuracy=91",
                                              "latency_ms=3"))
        self.assertIn("exists already",
                      self.explain(1, "study", "create", self.study, *DEFINITION))


if __name__ == "__main__":
    support.main()
