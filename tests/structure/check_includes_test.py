"""scripts/check_includes.py finds what it is there to find, and nothing else."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check_includes.py"
FOLDERS = ("base", "graph", "torch", "cli")
README = "| folder | what |\n| --- | --- |\n" + "".join(f"| `{f}` | x |\n" for f in FOLDERS)


class CheckIncludes(unittest.TestCase):
    def check(self, path, text):
        """Exit code and output for a tree with this one file."""
        with tempfile.TemporaryDirectory() as folder:
            src = pathlib.Path(folder)
            (src / "README.md").write_text(README, encoding="utf-8")
            (src / path).parent.mkdir()
            (src / path).write_text(text, encoding="utf-8")
            done = subprocess.run(
                [sys.executable, "-B", SCRIPT, src], capture_output=True, text=True, check=False
            )
            return done.returncode, done.stdout

    def assert_clean(self, path, text):
        self.assertEqual(self.check(path, text), (0, ""))

    def assert_found(self, path, text, where, what):
        code, output = self.check(path, text)
        self.assertEqual(code, 1)
        self.assertIn(f"{path}:{where}: ", output)
        self.assertIn(what, output)

    def test_a_folder_includes_itself_and_what_is_above(self):
        self.assert_clean("graph/dag.cc", '#include "graph/dag.h"\n#include "base/error.h"\n')

    def test_a_folder_does_not_include_what_is_below(self):
        self.assert_found("base/a.h", '\n\n#include "graph/dag.h"\n', 3, '"graph/dag.h"')

    def test_includes_are_rooted_at_src(self):
        self.assert_found("base/a.cc", '#include "a.h"\n', 1, '"a.h"')

    def test_folders_outside_the_table_are_found(self):
        code, output = self.check("paint/a.h", "")
        self.assertEqual(code, 1)
        self.assertIn("paint", output)

    def test_only_torch_includes_libtorch(self):
        self.assert_clean("torch/net.cc", "#include <torch/torch.h>\n")
        self.assert_found("cli/main.cc", "#include <ATen/ATen.h>\n", 1, "libtorch")
        self.assert_found("base/a.h", "  #  include <c10/util/Exception.h>\n", 1, "libtorch")

    def test_core_does_not_print_exit_or_read_the_environment(self):
        for line in (
            "#include <iostream>",
            "#include <cstdio>",
            'void f() { std::printf("x"); }',
            'void f() { ::fprintf(stderr, "x"); }',
            "void f() { std::cout << 1; }",
            'void f() { fmt::print("x"); }',
            "void f() { std::exit(1); }",
            "void f() { exit (1); }",
            'auto f() { return std::getenv("HOME"); }',
        ):
            with self.subTest(line=line):
                self.assert_found("graph/dag.cc", f"\n{line}\n", 2, "core does not")
                self.assert_clean("cli/main.cc", f"\n{line}\n")

    def test_words_that_only_look_forbidden_are_left_alone(self):
        self.assert_clean(
            "base/a.cc",
            "// std::exit(1) would be wrong here; so would getenv(\n"
            '/* #include "graph/dag.h"\n   printf( */\n'
            'auto a = "printf(1) // not a comment";\n'
            'auto b = R"x(std::cout << exit(1))x";\n'
            "auto c = 1'000 + snprintf(p, 1'000, q);\n"
            "auto d = door.exit(1) + fire_exit(2) + space.print(x) + fmt::format(x);\n",
        )
        self.assert_found("base/a.cc", "auto q = '\"'; exit(1); // \"\n", 1, "core does not exit")


if __name__ == "__main__":
    unittest.main()
