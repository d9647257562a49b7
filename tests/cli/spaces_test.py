"""Spaces and tables as the program describes them."""

import json

import support


class Spaces(support.CommandTest):
    def test_text_lists_the_space_and_its_metrics(self):
        text = self.succeed("spaces")
        for word in ("nasbench201", "15625", "conv_depth", "cifar10_params_m"):
            self.assertIn(word, text)

    def test_json_has_every_field(self):
        (space,) = (s for s in json.loads(self.succeed("spaces", "--json"))
                    if s["name"] == "nasbench201")
        self.assertEqual(space["architectures"], 15625)
        self.assertIsInstance(space["summary"], str)
        self.assertIsInstance(space["nodes"], int)
        self.assertEqual([len(v["values"]) for v in space["variables"]], [5] * 6)
        metrics = {m["name"]: m["meaning"] for m in space["computed_metrics"]}
        self.assertIn("paths", metrics["paths"])


class TableInfo(support.CommandTest):
    def info(self, text, *args):
        path = self.folder / "table.csv"
        path.write_text(text, encoding="utf-8")
        return self.succeed("table", "info", path, *args)

    def test_every_cell_counts_341_without_a_path(self):
        # All 5^6 cells, so the count is the one of the benchmark.
        lines = ["cell,paths"]
        for number in range(5**6):
            operations = [support.OPERATIONS[number // 5**k % 5] for k in range(6)]
            cell = support.notation(operations)
            lines.append(f"{cell},{support.paths(cell)}")
        text = self.info("\n".join(lines))
        self.assertIn("15625 architectures in 6466 isomorphism classes; 341 degenerate", text)
        # The range is over the cells with a path: 1 to 4 paths.
        self.assertRegex(text, r"paths +15284 +1 +\d +4 ")

    def test_columns_are_listed_with_what_is_present(self):
        a, b = support.random_cells(2)
        text = self.info(f"cell,ms,mj\n{a},1.5,\n{b},2.5,7\n")
        self.assertRegex(text, r"ms +2 +1\.5 ")
        self.assertRegex(text, r"mj +1 +7 ")

    def test_duplicates_and_unknown_notations_come_with_their_lines(self):
        a, b, c = support.random_cells(3)
        text = self.info(f"cell,ms\n{a},1\n{b},2\nresnet,3\n{c},4\n{a},5\n")
        self.assertIn("3 architectures", text)
        self.assertIn("2 notices", text)
        self.assertRegex(text, r"table\.csv:4.*resnet")
        self.assertRegex(text, r"table\.csv:6")

    def test_prefix_keeps_equal_names_apart(self):
        first = support.write_table(self.folder / "one.csv", support.random_cells(5))
        second = self.folder / "two.csv"
        second.write_text(first.read_text("utf-8").replace("|,", "|,9"), encoding="utf-8")
        clash = self.explain(1, "table", "info", first, second)
        self.assertIn("one.csv", clash)
        self.assertIn("two.csv", clash)
        text = self.succeed("table", "info", first, f"B={second}")
        self.assertRegex(text, r"(?m)^ +latency_ms ")
        self.assertRegex(text, r"(?m)^ +B\.latency_ms ")

    def test_tables_that_cannot_be_read(self):
        self.assertIn("missing.csv", self.explain(1, "table", "info", self.folder / "missing.csv"))
        self.assertIn("folder", self.explain(1, "table", "info", self.folder))
        strange = self.folder / "strange.csv"
        strange.write_text("name,ms\nresnet,1\nvgg,2\n", encoding="utf-8")
        self.assertIn("strange.csv", self.explain(1, "table", "info", strange))
        good = support.write_table(self.folder / "good.csv", support.random_cells(2))
        self.assertIn("nasbench201", self.explain(2, "table", "info", good, "--space", "nowhere"))


if __name__ == "__main__":
    support.main()
