#!/usr/bin/python3 -B
"""The paper's network and guided sampler in plain PyTorch: what our speed is compared with.

It reads a model file of ours (trained with --profile paper, space nasbench201), so both sample the
same network. Needs Debian's python3-torch and libopenblas0-openmp, nothing else.

    bench/baseline_pytorch.py --model paper.dinas --batch 64 --timed-steps 5       as found
    GOMP_SPINCOUNT=0 MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=1073741824 \\
        bench/baseline_pytorch.py --model paper.dinas --batch 64 --timed-steps 5   tuned

    paper_logits --model paper.dinas > logits.json    (bench/paper_logits.cc)
    bench/baseline_pytorch.py --model paper.dinas --check logits.json

The tuned line keeps glibc from handing every large tensor back to the kernel, and idle OpenMP
threads from spinning, which is ruinous on busy cores but pays at batch 1 on idle ones: compare with
the faster of the two. OPENBLAS_CORETYPE should be unset, or OpenBLAS may take older kernels.
--timed-steps M times M steps after a warm-up and extrapolates: all steps cost the same.

What is computed is what the official code computes (docs/paper.md 3 and 5), step by step and with
PyTorch's own operators: both forwards of every step, masks although no graph is padded, pairs in
both directions, and the update of the global vector in every layer, which nothing reads (B7; --lean
leaves it out). Weights of that update are in no model file of ours; random ones cost the same. Left
out, in favour of the baseline: the official assertions and dropout (B9); the two masks of a pair
are multiplied with each other once, not with every tensor in turn. "No edge" is on the diagonal at
every step (B20).
"""

import argparse
import json
import math
import os
import struct
import sys
import time

import torch
from torch import nn

from baseline_network import Network

# NAS-Bench-201: labels of the nodes in the order of our model files, and the edges of every cell.
LABELS = ("input", "output", "none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
NODES = 8
EDGES = 10
VARIABLES = 6  # nodes that hold one of the five operations; the others hold input and output

GUIDANCE = 2.0
TOLERANCE = 1e-4  # float32 in another order of operations, times 5 by guidance
ENVIRONMENT = ("OPENBLAS_CORETYPE", "OMP_NUM_THREADS", "GOMP_SPINCOUNT", "OMP_WAIT_POLICY",
               "ATEN_CPU_CAPABILITY", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")


def read_safetensors(path):
    """Metadata and floating-point tensors of a file (docs/formats.md)."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__")
    dtypes = {"F32": torch.float32, "F64": torch.float64}
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if entry["dtype"] in dtypes and end > begin:
            values = torch.frombuffer(data[begin:end], dtype=dtypes[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"])
    return metadata, tensors


class Model:
    """A trained network with its noise."""

    def __init__(self, path, lean=False):
        metadata, tensors = read_safetensors(path)
        config = json.loads(metadata["config"])
        if config["profile"] != "paper" or config["space"] != "nasbench201":
            sys.exit(f"{path}: expected profile paper and space nasbench201, found "
                     f"{config['profile']} and {config['space']}")
        paper = config["paper"]
        for switch in ("time_input", "propagate_global", "official_two_condition_layout"):
            if paper[switch]:
                sys.exit(f"{path}: {switch} is on, but only the published network is implemented")
        self.metrics = len(config["metrics"])
        self.T = config["diffusion_steps"]
        self.abar = signal_kept(self.T)
        self.network = Network(paper, NODES, len(LABELS), self.metrics, lean)
        weights = {name[len("weights."):]: tensor for name, tensor in tensors.items()
                   if name.startswith("weights.")}
        missing, unexpected = self.network.load_state_dict(weights, strict=False)
        wrong = unexpected + [name for name in missing if not Network.is_dead(name)]
        if wrong:
            sys.exit(f"{path}: weights missing or of no use: {', '.join(wrong)}")
        operations = sum(tensors[f"marginal.{v}"] for v in range(VARIABLES))
        self.m_X = torch.cat([torch.ones(2, dtype=torch.float64), operations]) / NODES
        edges = EDGES / (NODES * (NODES - 1) / 2)
        self.m_E = torch.tensor([1 - edges, edges], dtype=torch.float64)


def signal_kept(T):
    """abar_t for t = 0..T, cosine schedule (docs/diffusion.md)."""
    grid = T + 2

    def signal(i):
        return math.cos(0.5 * math.pi * (i / (grid - 1) + 0.008) / 1.008) ** 2

    abar = [1.0]
    for i in range(T + 1):
        beta = 1 - signal(i + 1) / signal(i)
        abar.append(abar[-1] * (1 - min(max(beta, 0.0), 0.9999)))
    return abar[1:]


def sampling_grid(T, steps):
    """The times of a chain, T first, 0 last; fewer steps than T lie as in `dinas generate`."""
    if steps == T:
        return list(range(T, -1, -1))
    times = {math.floor(T * (1 - i / steps) ** 2 + 0.5) for i in range(steps + 1)}
    return sorted(times, reverse=True)


def transition(keep, marginal):
    """keep I + (1 - keep) 1 m', rows: from. [K, K]"""
    identity = torch.eye(len(marginal), dtype=torch.float64)
    return (keep * identity + (1 - keep) * marginal).float()


def reverse_law(logits, now, marginal, abar_s, abar_t):
    """p(x_s | x_t) of variables [..., K] from the logits of their clean values; `now` is x_t."""
    Q = transition(abar_t / abar_s, marginal)
    Q_s = transition(abar_s, marginal)
    Q_t = transition(abar_t, marginal)
    p0 = torch.softmax(logits, dim=-1)
    reached = now @ Q_t.T  # of each clean value
    reached = torch.where(reached == 0, torch.full_like(reached, 1e-6), reached)
    by_clean = (now @ Q.T).unsqueeze(-2) * Q_s / reached.unsqueeze(-1)  # [..., clean, x_s]
    law = (p0.unsqueeze(-1) * by_clean).sum(-2)
    law = torch.where(law.sum(-1, keepdim=True) == 0, torch.full_like(law, 1e-5), law)
    return law / law.sum(-1, keepdim=True)


def draw(law):
    """One-hot draws of laws [..., K]."""
    values = law.size(-1)
    drawn = torch.multinomial(law.reshape(-1, values), 1).reshape(law.shape[:-1])
    return nn.functional.one_hot(drawn, values).float()


class Sampler:
    """A batch of graphs, all asked to be good on every metric."""

    def __init__(self, model, batch):
        self.model = model
        self.mask = torch.ones(batch, NODES)
        self.good = torch.tensor([0.0, 1.0]).expand(batch, model.metrics, 2)
        self.null = torch.zeros(batch, model.metrics, 2)

    def start(self):
        batch = len(self.mask)
        return self.draw_graphs(self.model.m_X.float().expand(batch, NODES, -1),
                                self.model.m_E.float().expand(batch, NODES, NODES, -1))

    def draw_graphs(self, law_X, law_E):
        """Pairs are drawn in both directions, the ones above the diagonal kept and mirrored."""
        padding = self.mask == 0
        law_X = law_X.masked_fill(padding[..., None], 1 / law_X.size(-1))
        unused = padding[:, None] | padding[:, :, None] | torch.eye(NODES, dtype=torch.bool)
        law_E = law_E.masked_fill(unused[..., None], 1 / law_E.size(-1))
        edges = torch.triu(draw(law_E)[..., 1], diagonal=1)
        edges = edges + edges.transpose(1, 2)
        return draw(law_X), torch.stack([1 - edges, edges], dim=-1)

    def laws(self, X_t, E_t, s, t):
        good_X, good_E = self.model.network(X_t, E_t, self.good, self.mask)
        null_X, null_E = self.model.network(X_t, E_t, self.null, self.mask)
        logits_X = (1 + GUIDANCE) * good_X - GUIDANCE * null_X
        logits_E = (1 + GUIDANCE) * good_E - GUIDANCE * null_E
        kept = (self.model.abar[s], self.model.abar[t])
        return (reverse_law(logits_X, X_t, self.model.m_X, *kept),
                reverse_law(logits_E, E_t, self.model.m_E, *kept))

    def run(self, graphs, times):
        """Takes graphs at times[0] to times[-1]."""
        for t, s in zip(times, times[1:]):
            graphs = self.draw_graphs(*self.laws(*graphs, s, t))
        return graphs


def flat(nodes, pairs):
    """Values of nodes, then of pairs above the diagonal, as our sampler orders them. [B, values]"""
    i, j = torch.triu_indices(NODES, NODES, 1)
    return torch.cat([nodes.flatten(1), pairs[:, i, j].flatten(1)], dim=1)


def worst_differences(model, graphs):
    """Largest absolute differences to what paper_logits wrote, by field."""
    states = torch.tensor([graph["state"] for graph in graphs])
    X_t = nn.functional.one_hot(states[:, :NODES], len(LABELS)).float()
    edges = torch.zeros(len(graphs), NODES, NODES)
    i, j = torch.triu_indices(NODES, NODES, 1)
    edges[:, i, j] = states[:, NODES:].float()
    edges = edges + edges.transpose(1, 2)
    E_t = torch.stack([1 - edges, edges], dim=-1)

    sampler = Sampler(model, len(graphs))
    laws = []
    for g, graph in enumerate(graphs):
        t = model.T + 1 - graph["call"]
        law = Sampler(model, 1).laws(X_t[g:g + 1], E_t[g:g + 1], t - 1, t)
        laws.append(flat(*law))
    computed = {"good": flat(*model.network(X_t, E_t, sampler.good, sampler.mask)),
                "null": flat(*model.network(X_t, E_t, sampler.null, sampler.mask)),
                "law": torch.cat(laws)}
    return {field: (values - torch.tensor([graph[field] for graph in graphs])).abs().max().item()
            for field, values in computed.items()}


def check(model, path):
    with open(path, encoding="utf-8") as file:
        graphs = json.load(file)["graphs"]
    worst = worst_differences(model, graphs)
    for field, difference in worst.items():
        print(f"{field}: largest difference {difference:.2e} in {len(graphs)} graphs")
    if not all(difference <= TOLERANCE for difference in worst.values()):
        sys.exit(f"expected differences of at most {TOLERANCE}")


def measure(model, options):
    """The row of a measurement."""
    times = sampling_grid(model.T, options.steps or model.T)
    steps = len(times) - 1
    timed = min(options.timed_steps or steps, steps)
    sampler = Sampler(model, options.batch)
    sampler.run(sampler.start(), times[:2])  # pays for memory and caches
    begin = time.perf_counter()
    sampler.run(sampler.start(), times[:timed + 1])
    seconds = time.perf_counter() - begin
    return {
        "engine": "pytorch",
        "batch": options.batch,
        "threads": options.threads,
        "guided": True,
        "dtype": "f32",
        "lean": options.lean,
        "steps": steps,
        "timed_steps": timed,
        "extrapolated": timed < steps,
        "seconds": seconds,
        "us_per_architecture": 1e6 * seconds * steps / timed / options.batch,
        "torch": torch.__version__,
        "environment": {name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
    }


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return number


def main():
    parser = argparse.ArgumentParser(description="The paper's sampler in plain PyTorch, timed")
    parser.add_argument("--model", required=True, help="trained with --profile paper")
    parser.add_argument("--batch", type=positive, default=64, help="graphs at a time")
    parser.add_argument("--steps", type=positive, help="of the chain; default: all of the model's")
    parser.add_argument("--timed-steps", type=positive, help="time so many and extrapolate")
    parser.add_argument("--threads", type=positive, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--lean", action="store_true", help="without what nothing reads")
    parser.add_argument("--json", help="write the row to this file")
    parser.add_argument("--check", help="compare with what paper_logits wrote, in place of timing")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    with torch.no_grad():
        model = Model(options.model, options.lean)
        if options.check:
            check(model, options.check)
            return
        if options.steps and options.steps > model.T:
            parser.error(f"--steps {options.steps}: the model has {model.T}")
        row = measure(model, options)
    print(f"batch {row['batch']}, {row['threads']} threads, {row['timed_steps']} of "
          f"{row['steps']} steps timed: {row['seconds']:.3f} s; per architecture "
          f"{row['us_per_architecture'] / 1e6:.3f} s, {row['us_per_architecture']:.0f} us"
          f"{' (extrapolated)' if row['extrapolated'] else ''}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
