#!/usr/bin/python3 -B
"""How columns of one table rank with columns of another: Spearman's rho and Kendall's tau-b over the
architectures of both. Rows with an empty cell are left out.

    bench/rank_correlation.py scores.csv nasbench201.csv.gz cifar10_test_200 cifar100_test_200
"""

import csv
import gzip
import math
import sys


def table(name):
    """The rows by their architecture, whose column is "architecture" or "arch_str"."""
    with (gzip.open if name.endswith(".gz") else open)(name, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    key = "architecture" if "architecture" in rows[0] else "arch_str"
    return {row.pop(key): row for row in rows}


def ranks(values):
    """Equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    first = 0
    for i in range(1, len(order) + 1):
        if i == len(order) or values[order[i]] != values[order[first]]:
            for place in order[first:i]:
                result[place] = (first + i - 1) / 2
            first = i
    return result


def correlation(a, b):
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    covariance = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    return covariance / math.sqrt(sum((x - mean_a) ** 2 for x in a) *
                                  sum((y - mean_b) ** 2 for y in b))


def kendall(a, b):
    def sign(x, y):
        return (x > y) - (x < y)
    pairs = [(sign(a[i], a[j]), sign(b[i], b[j])) for i in range(len(a)) for j in range(i)]
    untied = math.prod(sum(pair[k] != 0 for pair in pairs) for k in (0, 1))
    return sum(x * y for x, y in pairs) / math.sqrt(untied)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    scores, known = table(sys.argv[1]), table(sys.argv[2])
    for score in next(iter(scores.values())):
        for column in sys.argv[3:]:
            pairs = [(float(row[score]), float(known[cell][column]))
                     for cell, row in scores.items()
                     if cell in known and row[score] and known[cell][column]]
            a, b = zip(*pairs)
            print(f"{score:16} {column:24} n {len(a):5}  rho {correlation(ranks(a), ranks(b)):6.3f}"
                  f"  tau {kendall(a, b):6.3f}")


if __name__ == "__main__":
    main()
