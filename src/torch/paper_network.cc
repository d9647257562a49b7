#include "torch/paper_network.h"

#include <fmt/format.h>

#include <cmath>

#include "model/paper_parameters.h"

namespace dinas {
namespace {

using Tensor = torch::Tensor;

Tensor masked(const Tensor& features, const Tensor& mask) {
  return mask.defined() ? features * mask : features;
}

// Masks in the shapes they are multiplied with; undefined without padding.
struct Masks {
  Tensor nodes;  // [B, n, 1]
  Tensor pairs;  // [B, n, n, 1]
  Tensor keys;   // [B, 1, n, 1]
};

Masks make_masks(const Tensor& mask) {
  if (!mask.defined()) return {};
  const Tensor nodes = mask.unsqueeze(-1);
  return {nodes, nodes.unsqueeze(2) * nodes.unsqueeze(1), nodes.unsqueeze(1)};
}

struct Features {
  Tensor nodes;   // X [B, n, dx]
  Tensor pairs;   // E [B, n, n, de]
  Tensor global;  // g [B, dy]
};

class Forward {
 public:
  Forward(const PaperConfig& config, const ParameterTensors& tensors, Dropout* dropout)
      : config_(config), tensors_(tensors), dropout_(dropout) {}

  PaperLogits run(const PaperInput& input) {
    masks_ = make_masks(input.mask);
    Features f = enter(input);
    for (int l = 0; l < config_.layers; ++l) f = layer(fmt::format("tf_layers.{}.", l), l, f);
    return leave(input, f);
  }

 private:
  const Tensor& at(const std::string& name) const { return tensors_.at(name); }

  Tensor linear(const std::string& name, const Tensor& x) const {
    return torch::linear(x, at(name + ".weight"), at(name + ".bias"));
  }

  Tensor two_maps(const std::string& name, const Tensor& x) const {
    return linear(name + ".2", torch::relu(linear(name + ".0", x)));
  }

  Tensor drop(const Tensor& x) { return dropout_ == nullptr ? x : (*dropout_)(x); }

  Tensor residual_norm(const std::string& name, const Tensor& x, const Tensor& update) {
    return torch::layer_norm(x + drop(update), {x.size(-1)}, at(name + ".weight"),
                             at(name + ".bias"), 1e-5);
  }

  // Feed-forward block `letter` ('X', 'E' or 'y') of a layer with its residual and norm.
  Tensor feed_forward(const std::string& maps, const std::string& norm, const Tensor& x) {
    const Tensor inner = drop(torch::relu(linear(maps + "1", x)));
    return residual_norm(norm, x, linear(maps + "2", inner));
  }

  // The class embeddings of all metrics side by side. [B, width]
  Tensor class_embedding(char target, const Tensor& classes) const {
    std::vector<Tensor> parts;
    for (std::int64_t m = 0; m < classes.size(1); ++m) {
      parts.push_back(
          two_maps(paper_class_map(target, static_cast<std::size_t>(m)), classes.select(1, m)));
    }
    return torch::cat(parts, -1);
  }

  // Input stage and class injection, docs/paper.md 3.1 and 3.2.
  Features enter(const PaperInput& input) const {
    const auto batch = input.nodes.size(0);
    const auto n = input.nodes.size(1);
    Tensor nodes = torch::relu(two_maps("mlp_in_X", input.nodes));
    Tensor pairs = torch::relu(two_maps("mlp_in_E", input.pairs));
    pairs = (pairs + pairs.transpose(1, 2)) / 2;
    nodes = masked(nodes, masks_.nodes) + input.positions;
    pairs = masked(pairs, masks_.pairs);

    // Class by class, then metric by metric: the official flattening of its 2 x 2 condition.
    Tensor global = input.classes.transpose(1, 2).reshape({batch, -1});
    if (config_.time_input) global = torch::cat({global, input.time}, -1);
    global = torch::relu(two_maps("mlp_in_y", global));

    const Tensor node_class = class_embedding('X', input.classes).unsqueeze(1);
    const Tensor pair_class = class_embedding('E', input.classes).unsqueeze(1).unsqueeze(1);
    return {torch::cat({nodes, node_class.expand({-1, n, -1})}, -1),
            torch::cat({pairs, pair_class.expand({-1, n, n, -1})}, -1), global};
  }

  // add(g) + (1 + mul(g)) * value, `dims` axes of `value` between batch and features.
  Tensor film(const std::string& name, const Tensor& global, const Tensor& value, int dims) const {
    Tensor add = linear(name + "_add", global);
    Tensor mul = linear(name + "_mul", global) + 1;
    for (int d = 0; d < dims; ++d) {
      add = add.unsqueeze(1);
      mul = mul.unsqueeze(1);
    }
    return torch::addcmul(add, mul, value);
  }

  // newX and newE of docs/paper.md 3.3.
  Features attention(const std::string& name, const Features& f) const {
    const double scale = 1.0 / std::sqrt(static_cast<double>(f.nodes.size(-1) / config_.heads));
    const Tensor q = masked(linear(name + "q", f.nodes), masks_.nodes).unsqueeze(2) * scale;
    const Tensor k = masked(linear(name + "k", f.nodes), masks_.nodes).unsqueeze(1);
    const Tensor v = masked(linear(name + "v", f.nodes), masks_.nodes).unsqueeze(1);
    const Tensor mul = masked(linear(name + "e_mul", f.pairs), masks_.pairs) + 1;
    const Tensor add = masked(linear(name + "e_add", f.pairs), masks_.pairs);
    Tensor scores = torch::addcmul(add, q * k, mul);

    const Tensor pairs = linear(name + "e_out", film(name + "y_e", f.global, scores, 2));
    if (masks_.keys.defined()) {
      scores = scores.masked_fill(masks_.keys == 0, -std::numeric_limits<float>::infinity());
    }
    const Tensor gathered = (torch::softmax(scores, 2) * v).sum(2);
    const Tensor nodes = linear(name + "x_out", film(name + "y_x", f.global, gathered, 1));
    return {masked(nodes, masks_.nodes), masked(pairs, masks_.pairs), {}};
  }

  // [mean, min, max, standard deviation] over the middle axis, padding included as officially
  // coded.
  static Tensor pool(const Tensor& x) {
    return torch::cat({x.mean(1), x.amin(1), x.amax(1), x.std(1)}, -1);
  }

  Tensor updated_global(const std::string& name, const Features& f) {
    const Tensor sum = linear(name + "self_attn.y_y", f.global) +
                       linear(name + "self_attn.x_y.lin", pool(f.nodes)) +
                       linear(name + "self_attn.e_y.lin", pool(f.pairs.flatten(1, 2)));
    const Tensor update = two_maps(name + "self_attn.y_out", sum);
    const Tensor global = residual_norm(name + "norm_y1", f.global, update);
    return feed_forward(name + "lin_y", name + "norm_y2", global);
  }

  Features layer(const std::string& name, int index, const Features& f) {
    const Features update = attention(name + "self_attn.", f);
    Features out;
    out.nodes = residual_norm(name + "normX1", f.nodes, update.nodes);
    out.pairs = residual_norm(name + "normE1", f.pairs, update.pairs);
    out.nodes = feed_forward(name + "linX", name + "normX2", out.nodes);
    out.pairs = feed_forward(name + "linE", name + "normE2", out.pairs);
    const bool propagate = config_.propagate_global && index + 1 < config_.layers;
    out.global = propagate ? updated_global(name, f) : f.global;
    return out;
  }

  // Output stage, docs/paper.md 3.4.
  PaperLogits leave(const PaperInput& input, const Features& f) const {
    const Tensor nodes = two_maps("mlp_out_X", f.nodes) + input.nodes;
    const Tensor off_diagonal = (1 - torch::eye(input.nodes.size(1))).unsqueeze(-1);
    Tensor pairs = (two_maps("mlp_out_E", f.pairs) + input.pairs) * off_diagonal;
    pairs = (pairs + pairs.transpose(1, 2)) / 2;
    return {masked(nodes, masks_.nodes), masked(pairs, masks_.pairs)};
  }

  const PaperConfig& config_;
  const ParameterTensors& tensors_;
  Dropout* dropout_;
  Masks masks_;
};

// One-hot E_t of one graph from its pairs, "no edge" on the diagonal.
void fill_pairs(const std::uint8_t* states, torch::TensorAccessor<float, 3> pairs) {
  for (std::int64_t i = 0; i < pairs.size(0); ++i) {
    pairs[i][i][0] = 1.0F;
    for (std::int64_t j = i + 1; j < pairs.size(0); ++j) {
      const auto edge = *states++;
      pairs[i][j][edge] = 1.0F;
      pairs[j][i][edge] = 1.0F;
    }
  }
}

}  // namespace

ParameterTensors paper_tensors(const TensorMap& weights) {
  ParameterTensors tensors;
  for (const auto& [name, weight] : weights) {
    tensors[name] = torch::tensor(weight.data).view(weight.shape);
  }
  return tensors;
}

Dropout::Dropout(double rate, std::uint64_t seed)
    : rate_(rate), generator_(at::make_generator<at::CPUGeneratorImpl>(seed)) {}

torch::Tensor Dropout::operator()(const torch::Tensor& features) {
  if (rate_ == 0.0) return features;
  const torch::Tensor kept = torch::empty_like(features).bernoulli_(1.0 - rate_, generator_);
  return features * kept.div_(1.0 - rate_);
}

torch::Tensor paper_positions(int nodes, int width) {
  const int half = width / 2;
  torch::Tensor positions = torch::empty({nodes, width});
  auto signal = positions.accessor<float, 2>();
  for (int k = 0; k < half; ++k) {
    const double rate = std::exp(-k * std::log(1e4) / std::max(1, half - 1));
    for (int i = 0; i < nodes; ++i) {
      signal[i][k] = static_cast<float>(std::sin(i * rate));
      signal[i][half + k] = static_cast<float>(std::cos(i * rate));
    }
  }
  return positions;
}

PaperInput paper_input(const PaperConfig& config, const Skeleton& skeleton,
                       std::span<const std::uint8_t> states, std::span<const float> codes,
                       std::span<const double> times) {
  const std::int64_t n = skeleton.nodes;
  const std::int64_t variables = n + n * (n - 1) / 2;
  const auto batch = static_cast<std::int64_t>(states.size()) / variables;
  PaperInput input;
  input.nodes = torch::zeros({batch, n, static_cast<std::int64_t>(skeleton.vocabulary.size())});
  input.pairs = torch::zeros({batch, n, n, 2});
  input.positions = paper_positions(skeleton.nodes, config.node_hidden);
  auto nodes = input.nodes.accessor<float, 3>();
  auto pairs = input.pairs.accessor<float, 4>();
  for (std::int64_t b = 0; b < batch; ++b) {
    const std::uint8_t* graph = states.data() + b * variables;
    for (std::int64_t i = 0; i < n; ++i) nodes[b][i][graph[i]] = 1.0F;
    fill_pairs(graph + n, pairs[b]);
  }
  input.classes =
      torch::tensor(std::vector<float>(codes.begin(), codes.end())).view({batch, -1, 2});
  if (config.time_input) {
    input.time = torch::tensor(std::vector<float>(times.begin(), times.end())).unsqueeze(1);
  }
  return input;
}

PaperLogits paper_forward(const PaperConfig& config, const ParameterTensors& tensors,
                          const PaperInput& input, Dropout* dropout) {
  return Forward(config, tensors, dropout).run(input);
}

}  // namespace dinas
