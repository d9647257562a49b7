"""The paper's network in plain PyTorch (docs/paper.md 3, whose letters are used), for
baseline_pytorch.py. B graphs, n nodes, a labels, k metrics.

Modules have the official names, as the weights in our model files do.
"""

import math

import torch
from torch import nn


def two_maps(inputs, inner, outputs):
    return nn.Sequential(nn.Linear(inputs, inner), nn.ReLU(), nn.Linear(inner, outputs))


def positions(nodes, width):
    """P of 3.1, [n, width]."""
    half = width // 2
    rates = torch.exp(torch.arange(half) * (-math.log(1e4) / max(1, half - 1)))
    angles = torch.arange(nodes).unsqueeze(1) * rates
    return torch.cat([torch.sin(angles), torch.cos(angles)], dim=1)


class PoolNodes(nn.Module):
    def __init__(self, dx, dy):
        super().__init__()
        self.lin = nn.Linear(4 * dx, dy)

    def forward(self, X):
        return self.lin(torch.cat([X.mean(1), X.amin(1), X.amax(1), X.std(1)], dim=-1))


class PoolPairs(nn.Module):
    def __init__(self, de, dy):
        super().__init__()
        self.lin = nn.Linear(4 * de, dy)

    def forward(self, E):
        axes = (1, 2)
        return self.lin(torch.cat([E.mean(axes), E.amin(axes), E.amax(axes), E.std(axes)], dim=-1))


class Attention(nn.Module):
    """newX, newE and newg of 3.3."""

    def __init__(self, dx, de, dy, heads, lean):
        super().__init__()
        self.heads = heads
        self.lean = lean
        self.q, self.k, self.v = (nn.Linear(dx, dx) for _ in range(3))
        self.e_add, self.e_mul = (nn.Linear(de, dx) for _ in range(2))
        self.y_e_add, self.y_e_mul = (nn.Linear(dy, dx) for _ in range(2))
        self.y_x_add, self.y_x_mul = (nn.Linear(dy, dx) for _ in range(2))
        self.x_out = nn.Linear(dx, dx)
        self.e_out = nn.Linear(dx, de)
        self.y_y = nn.Linear(dy, dy)
        self.x_y = PoolNodes(dx, dy)
        self.e_y = PoolPairs(de, dy)
        self.y_out = two_maps(dy, dy, dy)

    def forward(self, X, E, g, node_mask, pair_mask):
        split = (self.heads, X.size(-1) // self.heads)
        Q = (self.q(X) * node_mask).unflatten(-1, split).unsqueeze(2)  # [B, n, 1, heads, df]
        K = (self.k(X) * node_mask).unflatten(-1, split).unsqueeze(1)  # [B, 1, n, heads, df]
        V = (self.v(X) * node_mask).unflatten(-1, split).unsqueeze(1)
        mul = (self.e_mul(E) * pair_mask).unflatten(-1, split)  # [B, n, n, heads, df]
        add = (self.e_add(E) * pair_mask).unflatten(-1, split)
        S = Q * K / math.sqrt(split[1])
        S = S * (mul + 1) + add

        new_E = S.flatten(3)
        new_E = (self.y_e_add(g)[:, None, None] +
                 (self.y_e_mul(g)[:, None, None] + 1) * new_E)
        new_E = self.e_out(new_E) * pair_mask

        keys = node_mask.unsqueeze(1).unsqueeze(-1)  # [B, 1, n, 1, 1]
        A = torch.softmax(S.masked_fill(keys == 0, -math.inf), dim=2)
        new_X = (A * V).sum(2).flatten(2)
        new_X = self.y_x_add(g)[:, None] + (self.y_x_mul(g)[:, None] + 1) * new_X
        new_X = self.x_out(new_X) * node_mask

        new_g = None if self.lean else self.y_out(self.y_y(g) + self.x_y(X) + self.e_y(E))
        return new_X, new_E, new_g


class Layer(nn.Module):
    def __init__(self, c, lean):
        super().__init__()
        dx, de, dy = 2 * c["node_hidden"], 2 * c["edge_hidden"], c["global_hidden"]
        self.self_attn = Attention(dx, de, dy, c["heads"], lean)
        self.linX1 = nn.Linear(dx, c["node_feed_forward"])
        self.linX2 = nn.Linear(c["node_feed_forward"], dx)
        self.normX1, self.normX2 = (nn.LayerNorm(dx) for _ in range(2))
        self.linE1 = nn.Linear(de, c["edge_feed_forward"])
        self.linE2 = nn.Linear(c["edge_feed_forward"], de)
        self.normE1, self.normE2 = (nn.LayerNorm(de) for _ in range(2))
        self.lin_y1 = nn.Linear(dy, 2048)
        self.lin_y2 = nn.Linear(2048, dy)
        self.norm_y1, self.norm_y2 = (nn.LayerNorm(dy) for _ in range(2))

    def forward(self, X, E, g, node_mask, pair_mask):
        new_X, new_E, new_g = self.self_attn(X, E, g, node_mask, pair_mask)
        X = self.normX1(X + new_X)
        X = self.normX2(X + self.linX2(torch.relu(self.linX1(X))))
        E = self.normE1(E + new_E)
        E = self.normE2(E + self.linE2(torch.relu(self.linE1(E))))
        if new_g is not None:
            g = self.norm_y1(g + new_g)
            g = self.norm_y2(g + self.lin_y2(torch.relu(self.lin_y1(g))))
        return X, E, g


class Network(nn.Module):
    """`c`: the sizes, PaperConfig of a model file. `lean` leaves out what nothing reads."""

    def __init__(self, c, nodes, labels, metrics, lean=False):
        super().__init__()
        self.lean = lean
        dx, de, dy, a = c["node_hidden"], c["edge_hidden"], c["global_hidden"], labels
        self.mlp_in_X = two_maps(a, c["node_feed_forward"], dx)
        self.mlp_in_E = two_maps(2, c["edge_feed_forward"], de)
        self.mlp_in_y = two_maps(2 * metrics, c["global_feed_forward"], dy)
        suffixes = ["" if m == 0 else "_lat" if m == 1 else f"_{m + 1}" for m in range(metrics)]
        self.class_maps = {"X": [], "E": []}
        for target, width in (("X", dx), ("E", de)):
            for m, suffix in enumerate(suffixes):
                share = width // metrics + (width % metrics if m == 0 else 0)
                class_map = two_maps(2, width, share)
                self.add_module(f"linear_map_class_{target}{suffix}", class_map)
                self.class_maps[target].append(class_map)
        self.tf_layers = nn.ModuleList(Layer(c, lean) for _ in range(c["layers"]))
        self.mlp_out_X = two_maps(2 * dx, c["node_feed_forward"], a)
        self.mlp_out_E = two_maps(2 * de, c["edge_feed_forward"], 2)
        self.mlp_out_y = two_maps(dy, c["global_feed_forward"], 2 * metrics)
        self.register_buffer("positions", positions(nodes, dx), persistent=False)

    @staticmethod
    def is_dead(name):
        """Does this weight act on nothing but the updated g?"""
        return any(part in name for part in (".y_y.", ".x_y.", ".e_y.", ".y_out.", "lin_y", "norm_y",
                                             "mlp_out_y"))

    def class_embedding(self, target, y):
        maps = self.class_maps[target]
        return torch.cat([class_map(y[:, m]) for m, class_map in enumerate(maps)], dim=-1)

    def forward(self, X_t, E_t, y, mask):
        """X_t [B, n, a], E_t [B, n, n, 2], y [B, k, 2], mask [B, n]; logits like X_t and E_t."""
        n = X_t.size(1)
        node_mask = mask.unsqueeze(-1)
        pair_mask = node_mask.unsqueeze(2) * node_mask.unsqueeze(1)
        off_diagonal = (1 - torch.eye(n)).unsqueeze(-1)
        flat_y = y.transpose(1, 2).flatten(1)

        X = torch.relu(self.mlp_in_X(X_t)) * node_mask + self.positions
        E = torch.relu(self.mlp_in_E(E_t))
        E = (E + E.transpose(1, 2)) / 2 * pair_mask
        g = torch.relu(self.mlp_in_y(flat_y))
        class_X = self.class_embedding("X", y)[:, None].expand(-1, n, -1)
        class_E = self.class_embedding("E", y)[:, None, None].expand(-1, n, n, -1)
        X = torch.cat([X, class_X], dim=-1)
        E = torch.cat([E, class_E], dim=-1)

        for layer in self.tf_layers:
            X, E, new_g = layer(X, E, g, node_mask, pair_mask)  # every layer gets the first g

        X = (self.mlp_out_X(X) + X_t) * node_mask
        E = (self.mlp_out_E(E) + E_t) * off_diagonal
        E = (E + E.transpose(1, 2)) / 2 * pair_mask
        if not self.lean:
            self.mlp_out_y(new_g) + flat_y  # computed officially, read by nothing
        return X, E
