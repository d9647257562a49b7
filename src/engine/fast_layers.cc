// The layers of the fast engine: what EngineSavings leave of them.
#include <algorithm>
#include <cmath>

#include "engine/fast_worker.h"
#include "engine/vector_kernels.h"

namespace dinas {
namespace {

// Parts of a layer's modulation, in widths.
constexpr std::size_t kParts = 6;
constexpr std::size_t kAttentionShift = 0;
constexpr std::size_t kAttentionGate = 2;
constexpr std::size_t kFeedShift = 3;
constexpr std::size_t kFeedGate = 5;

}  // namespace

void FastWorker::run(MatrixRunner& runner, const MatrixProduct& product,
                     const std::vector<float>& x, std::size_t rows, std::vector<float>& y) {
  runner.run(x.data(), rows, y.data());
  multiply_adds_ += rows * product.in() * product.out();
}

bool FastWorker::tabulated(std::size_t layer) const {
  return layer == 0 && savings_.first_layer_table && savings_.share_modulations &&
         w_.states.rows() > 0;
}

// Queries, keys and values of rows, a tile at a time while its normalised rows are in the cache.
void FastWorker::project(std::size_t layer, const NodeRows& rows, bool queries, bool keys) {
  const FastLayer& l = w_.layers[layer];
  LayerRunners& r = layers_[layer];
  const std::size_t at = (layer * kParts + kAttentionShift) * width_;
  for (std::size_t first = 0; first < rows.count; first += kRowTile) {
    const std::size_t count = std::min(kRowTile, rows.count - first);
    modulated_norm(&rows.x[first * width_], count, width_, &rows.code[first], at, normal_.data());
    if (keys) r.key_value.run(normal_.data(), count, &key_value_[first * 2 * width_]);
    if (queries) r.query.run(normal_.data(), count, &query_[first * width_]);
  }
  if (keys) multiply_adds_ += rows.count * l.key_value.in() * l.key_value.out();
  if (queries) multiply_adds_ += rows.count * l.query.in() * l.query.out();
}

void FastWorker::attend_block(std::size_t layer, const NodeRows& asking) {
  const std::size_t head_width = width_ / heads_;
  const bool table = tabulated(layer);
  Attention attention{.nodes = nodes_,
                      .heads = heads_,
                      .head_width = head_width,
                      .scale = 1.0F / std::sqrt(static_cast<float>(head_width)),
                      .keys = keys_.data(),
                      .values = values_.data(),
                      .bias = nullptr};
  for (std::size_t g = 0; g < graphs_; ++g) {
    for (std::size_t j = 0; j < nodes_; ++j) {
      const std::size_t row = g * nodes_ + j;
      keys_[j] = table ? &code_[g]->key_value[table_row_[row] * 2 * width_]
                       : &key_value_[row * 2 * width_];
      values_[j] = keys_[j] + width_;
    }
    const std::size_t first = asking.first[g];
    const std::size_t count = asking.first[g + 1] - first;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t row = first + i;
      const std::size_t place = g * nodes_ + static_cast<std::size_t>(asking.node[row]);
      asked_[i] = table ? &code_[g]->query[table_row_[place] * width_] : &query_[row * width_];
      answers_[i] = &mixed_[row * width_];
    }
    attention.bias = attention_bias(layer, g);
    attend(attention, {&asking.node[first], count}, asked_.data(), answers_.data(),
           attention_.data());
  }
  multiply_adds_ += 2 * asking.count * nodes_ * width_;
}

// A constant for the kind of a pair, and for a variable edge what its features say to its target
// and to its source.
const float* FastWorker::attention_bias(std::size_t layer, std::size_t graph) {
  const std::vector<float>& fixed = constants_->pair_biases[layer];
  if (pairs_ == 0) return fixed.data();
  const std::size_t stride = padded_nodes(nodes_);
  std::ranges::copy(fixed, bias_.begin());
  for (std::size_t p = 0; p < pairs_; ++p) {
    const float* own = &edge_bias_[(graph * pairs_ + p) * 2 * heads_];
    const auto from = static_cast<std::size_t>(w_.source.edges.pairs()[p].first);
    const auto to = static_cast<std::size_t>(w_.source.edges.pairs()[p].second);
    for (std::size_t h = 0; h < heads_; ++h) {
      bias_[(h * nodes_ + to) * stride + from] += own[h];
      bias_[(h * nodes_ + from) * stride + to] += own[heads_ + h];
    }
  }
  return bias_.data();
}

// What attention found, and then the feed-forward block, into the features of the rows.
void FastWorker::mix_and_feed(std::size_t layer, NodeRows& rows) {
  const FastLayer& l = w_.layers[layer];
  LayerRunners& r = layers_[layer];
  const std::size_t base = layer * kParts * width_;
  for (std::size_t first = 0; first < rows.count; first += kRowTile) {
    const std::size_t count = std::min(kRowTile, rows.count - first);
    float* x = &rows.x[first * width_];
    const float* const* code = &rows.code[first];
    r.out.run(&mixed_[first * width_], count, branch_.data());
    add_gated(x, count, width_, branch_.data(), code, base + kAttentionGate * width_);
    modulated_norm(x, count, width_, code, base + kFeedShift * width_, normal_.data());
    r.feed_in.run(normal_.data(), count, hidden_.data());
    r.feed_out.run(hidden_.data(), count, branch_.data());
    add_gated(x, count, width_, branch_.data(), code, base + kFeedGate * width_);
  }
  multiply_adds_ += rows.count * (l.out.in() * l.out.out() + l.feed_in.in() * l.feed_in.out() +
                                  l.feed_out.in() * l.feed_out.out());
}

void FastWorker::project_edges(std::size_t layer) {
  if (pairs_ == 0) return;
  run(layers_[layer].edge_attention, w_.layers[layer].edge_attention, all_pairs_.e,
      all_pairs_.count, edge_bias_);
}

// Into pair_values_: what an edge block makes of pairs. normal_ holds the rows of `nodes`.
void FastWorker::edge_values(const FastEdgeBlock& block, EdgeRunners& runners,
                             const NodeRows& nodes, const PairRows& pairs) {
  run(runners.ends, block.ends, normal_, nodes.count, ends_);
  plain_norm(pairs.e.data(), pairs.count, edge_width_, pair_normal_.data());
  run(runners.in, block.in, pair_normal_, pairs.count, pair_hidden_);
  for (std::size_t r = 0; r < pairs.count; ++r) {
    const auto [from, to] = w_.source.edges.pairs()[pairs.pair[r]];
    const std::size_t* row_of = &nodes.row_of[pairs.graph[r] * nodes_];
    from_[r] = &ends_[row_of[from] * 2 * edge_width_];
    to_[r] = &ends_[row_of[to] * 2 * edge_width_] + edge_width_;
  }
  add_two_relu(pair_hidden_.data(), pairs.count, edge_width_, from_.data(), to_.data());
  run(runners.out, block.out, pair_hidden_, pairs.count, pair_values_);
}

// Every pair learns from its nodes.
void FastWorker::update_edges(std::size_t layer, const NodeRows& nodes, PairRows& pairs) {
  if (pairs.count == 0) return;
  plain_norm(nodes.x.data(), nodes.count, width_, normal_.data());
  edge_values(w_.layers[layer].edge, layers_[layer].edge, nodes, pairs);
  add(pairs.e.data(), pair_values_.data(), pairs.count * edge_width_);
}

}  // namespace dinas
