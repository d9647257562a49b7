"""Help, version and requests that make no sense."""

import pathlib
import re

import support

COMMANDS = ("spaces", "table", "train", "generate", "evaluate", "inspect", "search",
            "study")


class Usage(support.CommandTest):
    def test_help_lists_every_command(self):
        text = self.succeed("--help")
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^\s+{command}\b")

    def test_every_command_has_help_of_its_own(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                self.assertIn(command, self.succeed(command, "--help"))

    def test_version_is_that_of_the_build_files(self):
        root = pathlib.Path(__file__).resolve().parents[2]
        build_files = (root / "CMakeLists.txt").read_text(encoding="utf-8")
        version = re.search(r"project\(dinas VERSION (\S+)", build_files).group(1)
        self.assertIn(version, self.succeed("--version"))

    def test_unknown_command_is_a_usage_error(self):
        text = self.refuse(2, "paint")
        self.assertIn("'paint'", text)
        self.assertIn("generate", text)

    def test_a_value_of_the_wrong_kind_points_to_the_command_s_help(self):
        text = self.refuse(2, "generate", "--model", "m", "--count", "many")
        self.assertIn("--count = many", text)
        self.assertIn("'dinas generate --help'", text)

    def test_unknown_option_is_a_usage_error(self):
        self.assertIn("--colour", self.refuse(2, "spaces", "--colour", "red"))

    def test_no_command_is_a_usage_error(self):
        self.refuse(2)


if __name__ == "__main__":
    support.main()
