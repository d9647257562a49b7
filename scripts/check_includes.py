#!/usr/bin/env python3
"""Enforces the folder order and the quiet core that src/README.md promises.

The order is read from the table in src/README.md, so that the map people read and the rule that is
enforced cannot differ. Checked, in every .h and .cc file:

- a quoted include starts at src/ and names the file's own folder or one above it in the table;
- only the folders in LIBTORCH_FOLDERS include libtorch: linking it costs every program that does
  0.8 s and 160 MB at start-up, and a stray include is how that begins;
- the folders above `torch` (dinas_core) neither print, nor exit, nor read the environment: they
  are a library, and a caller must be able to embed them.

Usage: check_includes.py SRC_FOLDER. Prints file:line and the reason; exit code 1 if any.
"""

import pathlib
import re
import sys

LIBTORCH_FOLDERS = {"torch"}
CORE_ENDS_AT = "torch"

TABLE_ROW = re.compile(r"^\|\s*`(\w+)`\s*\|", re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LIBTORCH_HEADER = re.compile(r"^(torch|ATen|c10|caffe2)/")
PRINTING_HEADERS = {"iostream", "cstdio", "stdio.h", "print"}
FORBIDDEN_IN_CORE = (
    (re.compile(r"\bstd::(cout|cerr|clog)\b"), "core does not print"),
    (re.compile(r"(?<![.>\w])(v?f?printf|puts|fputs|putchar|perror)\s*\("), "core does not print"),
    (re.compile(r"\bfmt::v?print(ln)?\s*\("), "core does not print"),
    (
        re.compile(r"(?<![.>\w])(exit|_exit|_Exit|quick_exit|abort)\s*\("),
        "core does not exit: throw Error",
    ),
    (
        re.compile(r"(?<![.>\w])(secure_)?getenv\s*\("),
        "core does not read the environment: take an argument",
    ),
)
# A raw string, an ordinary string, a character (but not the separator of 1'000) or a comment.
NOT_CODE = re.compile(
    r'R"(?P<tag>[^()\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])*\''
    r"|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)


def code_lines(text):
    """The lines of a file with comments and the content of literals blanked; numbers unchanged."""

    def blank(match):
        return "".join(c if c == "\n" else " " for c in match.group(0))

    return NOT_CODE.sub(blank, text).split("\n")


def check_include(folder, bracket, target, order):
    """The reason why a file of `folder` must not include `target`, or None."""
    if bracket == "<":
        if LIBTORCH_HEADER.match(target) and folder not in LIBTORCH_FOLDERS:
            return f"<{target}>: only {', '.join(sorted(LIBTORCH_FOLDERS))} may include libtorch"
        core = order[: order.index(CORE_ENDS_AT)]
        if folder in core and target in PRINTING_HEADERS:
            return f"<{target}>: core does not print"
        return None
    parts = target.split("/")
    if len(parts) < 2 or parts[0] not in order:
        return f'"{target}": a project include starts with a folder of src/README.md\'s table'
    if order.index(parts[0]) > order.index(folder):
        return f'"{target}": {folder} is below {parts[0]} in src/README.md and may not include it'
    return None


def check_file(path, folder, order):
    """Yields (line, reason) for one file."""
    text = path.read_text(encoding="utf-8")
    code = code_lines(text)
    in_core = order.index(folder) < order.index(CORE_ENDS_AT)
    for number, (line, bare) in enumerate(zip(text.split("\n"), code), 1):
        # The include is matched on the full line (its target is blanked as a literal), but only
        # where the directive itself is code and not part of a comment.
        include = INCLUDE.match(line) if bare.lstrip().startswith("#") else None
        if include:
            reason = check_include(folder, include.group(1), include.group(2), order)
            if reason:
                yield number, reason
        if in_core:
            for pattern, reason in FORBIDDEN_IN_CORE:
                found = pattern.search(bare)
                if found:
                    yield number, f"{found.group(0).rstrip('( ')}: {reason}"


def check_tree(src):
    """All violations of a source tree as printable lines."""
    readme = src / "README.md"
    order = TABLE_ROW.findall(readme.read_text(encoding="utf-8"))
    if CORE_ENDS_AT not in order:
        return [f"{readme}: no table row for `{CORE_ENDS_AT}`, so the folder order is unknown"]
    problems = []
    for folder in sorted(p.name for p in src.iterdir() if p.is_dir()):
        if folder not in order:
            problems.append(f"{src / folder}: not in the table of {readme}")
            continue
        for path in sorted((src / folder).rglob("*")):
            if path.suffix in (".h", ".cc"):
                for number, reason in check_file(path, folder, order):
                    problems.append(f"{path}:{number}: {reason}")
    return problems


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check_includes.py SRC_FOLDER")
    problems = check_tree(pathlib.Path(sys.argv[1]))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
