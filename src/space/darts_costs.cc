#include "space/darts_costs.h"

#include <vector>

namespace dinas {
namespace {

using Count = std::int64_t;

struct Feature {
  Count channels;
  Count size;  // height and width
};

void add_convolution(DartsCosts& costs, Count in, Feature out, Count kernel, Count groups = 1) {
  const Count weights = in / groups * out.channels * kernel * kernel;
  costs.params += weights;
  costs.macs += weights * out.size * out.size;
}

void add_norm(DartsCosts& costs, Feature out) {
  costs.params += 2 * out.channels;
  costs.norm_outputs += out.channels * out.size * out.size;
}

void add_factorized_reduce(DartsCosts& costs, Count in, Feature out) {
  add_convolution(costs, in, {out.channels / 2, out.size}, 1);
  add_convolution(costs, in, {out.channels / 2, out.size}, 1);
  add_norm(costs, out);
}

void add_pointwise(DartsCosts& costs, Count in, Feature out) {
  add_convolution(costs, in, out, 1);
  add_norm(costs, out);
}

void add_depthwise_separable(DartsCosts& costs, Feature out, Count kernel) {
  add_convolution(costs, out.channels, out, kernel, out.channels);
  add_pointwise(costs, out.channels, out);
}

void add_operation(DartsCosts& costs, DartsOp op, bool strided, Feature out) {
  switch (op) {
    case DartsOp::kNone:
    case DartsOp::kMaxPool3:
      break;
    case DartsOp::kAvgPool3:
      costs.avg_pool_sums += out.channels * out.size * out.size;
      break;
    case DartsOp::kSkip:
      if (strided) add_factorized_reduce(costs, out.channels, out);
      break;
    case DartsOp::kSepConv3:
    case DartsOp::kSepConv5:
      for (int twice = 0; twice < 2; ++twice) {
        add_depthwise_separable(costs, out, op == DartsOp::kSepConv3 ? 3 : 5);
      }
      break;
    case DartsOp::kDilConv3:
    case DartsOp::kDilConv5:
      add_depthwise_separable(costs, out, op == DartsOp::kDilConv3 ? 3 : 5);
      break;
  }
}

// What counts in one cell of the network: operations that read a used node, and the 1x1
// convolutions in front of inputs that are read.
struct Usage {
  std::array<bool, 6> nodes;
  std::array<bool, 2> inputs;
};

bool is_reduction(std::size_t layer, std::size_t layers) {
  return layer == layers / 3 || layer == 2 * layers / 3;
}

const DartsCell& cell_of(const DartsGenotype& genotype, std::size_t layer, std::size_t layers) {
  return is_reduction(layer, layers) ? genotype.reduce : genotype.normal;
}

// The network as a whole: forward to find what depends on the image, backward to find what the
// classifier depends on.
std::vector<Usage> effective_usage(const DartsGenotype& genotype, std::size_t layers) {
  std::vector<Usage> usage(layers);
  // Entries k and k + 1 are the outputs that cell k reads, k + 2 is its own.
  std::vector<bool> depends(layers + 2, true);
  std::vector<bool> needed(layers + 2, false);
  for (std::size_t k = 0; k < layers; ++k) {
    auto& nodes = usage[k].nodes;
    nodes = darts_live_nodes(cell_of(genotype, k, layers), depends[k], depends[k + 1]);
    depends[k + 2] = nodes[2] || nodes[3] || nodes[4] || nodes[5];
  }
  needed[layers + 1] = true;
  for (std::size_t k = layers; k-- > 0;) {
    usage[k].inputs = {false, false};
    if (!needed[k + 2]) usage[k].nodes.fill(false);
    for (const DartsNode& node : cell_of(genotype, k, layers)) {
      for (std::size_t i = 0; i < 2; ++i) {
        const std::uint8_t input = node.inputs[i];
        if (input > 1 || node.ops[i] == DartsOp::kNone || !usage[k].nodes[input]) continue;
        usage[k].inputs[input] = true;
        needed[k + input] = true;
      }
    }
  }
  return usage;
}

struct Plan {
  std::size_t layers;
  Count channels;
  Count classes;
};

Plan plan_of(DartsNetwork network) {
  return network == DartsNetwork::kCifar10 ? Plan{20, 36, 10} : Plan{14, 48, 1000};
}

// Convolutions with BatchNorm in front of the first cell, which reads `older` and `newer`.
void add_stem(DartsCosts& costs, DartsNetwork network, Count channels, Feature& older,
              Feature& newer) {
  if (network == DartsNetwork::kCifar10) {
    newer = older = {3 * channels, 32};
    add_convolution(costs, 3, older, 3);
    add_norm(costs, older);
    return;
  }
  const Feature first{channels / 2, 112};
  older = {channels, 56};
  newer = {channels, 28};
  add_convolution(costs, 3, first, 3);
  add_norm(costs, first);
  add_convolution(costs, first.channels, older, 3);
  add_norm(costs, older);
  add_convolution(costs, older.channels, newer, 3);
  add_norm(costs, newer);
}

void add_inputs(DartsCosts& costs, const Usage& usage, Feature older, Feature newer,
                Count channels) {
  const Feature out{channels, newer.size};
  if (usage.inputs[0] && older.size != newer.size) {
    add_factorized_reduce(costs, older.channels, out);
  } else if (usage.inputs[0]) {
    add_pointwise(costs, older.channels, out);
  }
  if (usage.inputs[1]) add_pointwise(costs, newer.channels, out);
}

void add_operations(DartsCosts& costs, const DartsCell& cell, const Usage& usage, bool reduction,
                    Feature out) {
  for (const DartsNode& node : cell) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (!usage.nodes[node.inputs[i]]) continue;
      add_operation(costs, node.ops[i], reduction && node.inputs[i] < 2, out);
    }
  }
}

}  // namespace

DartsCosts darts_costs(const DartsGenotype& genotype, DartsNetwork network, bool effective) {
  const Plan plan = plan_of(network);
  const Usage everything{{true, true, true, true, true, true}, {true, true}};
  const auto usage = effective ? effective_usage(genotype, plan.layers)
                               : std::vector<Usage>(plan.layers, everything);
  DartsCosts costs;
  Feature older{};
  Feature newer{};
  add_stem(costs, network, plan.channels, older, newer);
  Count channels = plan.channels;
  for (std::size_t k = 0; k < plan.layers; ++k) {
    const bool reduction = is_reduction(k, plan.layers);
    if (reduction) channels *= 2;
    add_inputs(costs, usage[k], older, newer, channels);
    const Feature out{channels, reduction ? newer.size / 2 : newer.size};
    add_operations(costs, cell_of(genotype, k, plan.layers), usage[k], reduction, out);
    older = newer;
    newer = {4 * channels, out.size};
  }
  costs.features = newer.channels;
  costs.params += newer.channels * plan.classes + plan.classes;
  costs.macs += newer.channels * plan.classes;
  return costs;
}

}  // namespace dinas
