"""Chains of growing length as space files, a model of each: the section scaling of studies.py."""

import json
import time

from figures import spread
from study_bench import DINAS, run

BLOCKS = (4, 10, 23, 48, 98)
DRAWS = 200


def chain_file(path, blocks):
    """A chain of blocks of five kinds with optional skips over one block, and its cost."""
    nodes = "\n".join(f'[[node]]\nname = "b{k}"\nchain = true\nlabels = "kinds"' for k in range(blocks))
    edges = "\n".join(f'[[edge]]\nfrom = "b{k}"\nto = "b{k + 2}"' for k in range(blocks - 2))
    path.write_text(f"""name = "chain{blocks}"
summary = "a chain of {blocks} blocks of five kinds with skips over one block"
output = "output"
[labels]
kinds = ["a", "b", "c", "d", "e"]
[[node]]
name = "input"
{nodes}
[[node]]
name = "output"
chain = true
{edges}
[[cost]]
name = "work"
meaning = "work of the blocks and skips"
labels = {{ a = 1, b = 2, c = 4, d = 7, e = 11 }}
edges = {{ present = 0.5 }}
""", encoding="utf-8")


def rows(out, seeds):
    """A row for every length, over the seeds."""
    result = []
    for blocks in BLOCKS:
        path = out / f"chain{blocks}.toml"
        chain_file(path, blocks)
        result.append({"nodes": blocks + 2, "variables": 2 * blocks - 2,
                       **scaled(out, path, blocks, seeds)})
    return result


def scaled(out, path, blocks, seeds):
    seconds, results = [], {}
    for seed in seeds:
        model = out / f"chain{blocks}-{seed}.dinas"
        record = model.with_suffix(".json")
        if not record.exists():
            begin = time.monotonic()
            run(DINAS, "train", "--space", path, "--random", 10000, "--metric", "work:min",
                "--epochs", 3, "--batch", 64, "--seed", seed, "--out", model)
            record.write_text(json.dumps(time.monotonic() - begin))
        seconds.append(json.loads(record.read_text()))
        for share in ("1%", "0.1%"):
            result = model.with_name(f"{model.stem}-{share}.result.json")
            if not result.exists():
                run(DINAS, "evaluate", "--model", model, "--where", f"work top {share}", "--queries",
                    1, "--repeats", 1, "--coverage-draws", DRAWS, "--select", "work", "--json", result)
            results.setdefault(share, []).append(json.loads(result.read_text()))
    everything = [r for one in results.values() for r in one]
    fastest = min(r["seconds"]["generate"] for r in everything)
    return {"architectures": everything[0]["labels_used"],
            "training, s": spread(seconds, 0),
            "us an architecture": f"{fastest / DRAWS * 1e6:.0f}",
            **{f"{name} top {share}": spread([value(r) for r in one])
               for share, one in results.items()
               for name, value in (("valid", lambda r: r["validity"]),
                                   ("inside", lambda r: r["inside"]["all"]),
                                   ("unique", lambda r: r["uniqueness"]))}}
