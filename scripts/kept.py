#!/usr/bin/env python3
"""Says how many of the architectures in a CSV file of `dinas generate` are known to keep their bounds.

usage: kept.py FILE
"""

import csv
import sys

with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = [[row[name] for name in row if name.startswith("keeps_")] for row in csv.DictReader(file)]
kept = sum(all(mark == "1" for mark in row) for row in rows)
missed = sum("0" in row for row in rows)
print(f"{len(rows)} written: {kept} keep all bounds, {missed} miss one, "
      f"of {len(rows) - kept - missed} it is not known\n")
