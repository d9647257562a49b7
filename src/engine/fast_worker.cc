#include "engine/fast_worker.h"

#include <algorithm>

#include "engine/vector_kernels.h"

namespace dinas {
namespace {

// Rows of a block: enough to fill tiles, few enough for all scratch memory to stay in the second
// level cache.
constexpr std::size_t kBlockRows = 512;

}  // namespace

FastWorker::FastWorker(const FastWeights& weights, const EngineSavings& savings)
    : w_(weights),
      savings_(savings),
      nodes_(weights.nodes()),
      width_(weights.width()),
      heads_(weights.heads()),
      edge_width_(weights.edge_width()),
      pairs_(weights.pairs()),
      variables_(weights.source.skeleton.variables.size()),
      largest_block_(std::max<std::size_t>(1, kBlockRows / std::max(nodes_, pairs_ / 2))),
      readout_label_(weights.readout_label),
      readout_inputs_(weights.readout_inputs),
      readout_edge_{MatrixRunner(weights.readout_edge.in), MatrixRunner(weights.readout_edge.ends),
                    MatrixRunner(weights.readout_edge.out)},
      constants_(&weights.constants) {
  for (const FastLayer& l : weights.layers) {
    layers_.push_back(
        {MatrixRunner(l.query),
         MatrixRunner(l.key_value),
         MatrixRunner(l.out),
         MatrixRunner(l.feed_in),
         MatrixRunner(l.feed_out),
         MatrixRunner(l.edge_attention),
         {MatrixRunner(l.edge.in), MatrixRunner(l.edge.ends), MatrixRunner(l.edge.out)}});
  }
}

// Scratch memory for blocks of that many graphs: for one graph, fresh memory for the largest block
// would take longer than its forward.
void FastWorker::reserve(std::size_t graphs) {
  if (graphs <= reserved_) return;
  reserved_ = graphs;
  const std::size_t rows = padded_rows(graphs * nodes_);
  const std::size_t pair_rows = padded_rows(graphs * pairs_);
  const auto& edges = w_.source.edges;
  code_.resize(graphs);
  state_.resize(graphs);
  table_row_.resize(graphs * nodes_);
  for (NodeRows* nodes : {&all_nodes_, &read_nodes_}) nodes->reserve(graphs, nodes_, width_);
  for (PairRows* pairs : {&all_pairs_, &read_pairs_}) pairs->reserve(graphs, pairs_, edge_width_);
  node_read_.resize(nodes_);
  pair_read_.resize(pairs_);
  normal_.resize(rows * width_);
  query_.resize(rows * width_);
  key_value_.resize(rows * 2 * width_);
  mixed_.resize(rows * width_);
  branch_.resize(kRowTile * width_);
  hidden_.resize(kRowTile * static_cast<std::size_t>(w_.source.config.feed_forward));
  attention_.resize(attention_scratch(nodes_, width_ / heads_));
  bias_.resize(heads_ * nodes_ * padded_nodes(nodes_));
  edge_bias_.resize(pair_rows * 2 * heads_);
  ends_.resize(rows * 2 * edge_width_);
  pair_normal_.resize(pair_rows * edge_width_);
  pair_hidden_.resize(pair_rows * edge_width_);
  pair_values_.resize(pair_rows * std::max(edge_width_, static_cast<std::size_t>(edges.columns())));
  label_scores_.resize(rows * w_.readout_label.out());
  input_scores_.resize(rows * w_.readout_inputs.out());
  from_.resize(pair_rows);
  to_.resize(pair_rows);
  for (auto* pointers : {&keys_, &values_, &asked_}) pointers->resize(nodes_);
  answers_.resize(nodes_);
}

void FastWorker::predict(const NoisyBatch& batch, std::span<double> logits) {
  begin(batch);
  for (std::size_t first = 0; first < batch.graphs; first += largest_block_) {
    forward(batch, first, logits);
  }
}

void FastWorker::begin(const NoisyBatch& batch) {
  use_one_thread_per_product();
  reserve(std::min(largest_block_, batch.graphs));
  codes_.begin_call();
  conditions_.clear();
  if (!savings_.fold_constants) {
    own_constants_ = fold_constants(w_.source);
    constants_ = &own_constants_;
  }
  if (savings_.share_modulations) {
    for (const Condition& c : batch.conditions) conditions_.push_back(&code_of(c, batch.time));
  } else {
    own_codes_.resize(largest_block_);
  }
}

const ConditionCode& FastWorker::code_of(const Condition& condition, double time) {
  if (!w_.source.config.time_input) time = 0.0;
  if (const ConditionCode* known = codes_.find(condition, time)) return *known;
  ConditionCode& code = codes_.add();
  encode(w_, condition, time, code);
  if (savings_.first_layer_table && w_.states.rows() > 0) tabulate(code);
  return code;
}

// Takes every state of every node through the first layer's projections.
void FastWorker::tabulate(ConditionCode& code) {
  const std::size_t rows = w_.states.rows();
  std::vector<float> x(rows * width_);
  std::vector<float> normal(padded_rows(rows) * width_);
  std::vector<std::uint8_t> state(variables_);
  for (std::size_t node = 0; node < nodes_; ++node) {
    for (std::size_t row = w_.states.first[node]; row < w_.states.first[node + 1]; ++row) {
      std::size_t rest = row - w_.states.first[node];
      for (const std::size_t v : w_.states.labels[node]) {
        const auto states = static_cast<std::size_t>(w_.source.skeleton.variables[v].size()) + 1;
        state[v] = static_cast<std::uint8_t>(rest % states);
        rest /= states;
      }
      embed_node(node, state.data(), &x[row * width_]);
    }
  }
  const std::vector<const float*> codes(rows, code.modulation.data());
  modulated_norm(x.data(), rows, width_, codes.data(), 0, normal.data());
  code.query.resize(padded_rows(rows) * width_);
  code.key_value.resize(padded_rows(rows) * 2 * width_);
  run(layers_[0].query, w_.layers[0].query, normal, rows, code.query);
  run(layers_[0].key_value, w_.layers[0].key_value, normal, rows, code.key_value);
}

void FastWorker::forward(const NoisyBatch& batch, std::size_t first, std::span<double> logits) {
  graphs_ = std::min(largest_block_, batch.graphs - first);
  place_graphs(batch, first);
  place_nodes();
  place_pairs();
  select_read(batch, first);
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const bool last = l + 1 == layers_.size();
    if (last) copy_read();
    NodeRows& asking = last ? read_nodes_ : all_nodes_;
    if (!tabulated(l)) {
      project(l, all_nodes_, !last, true);
      if (last) project(l, asking, true, false);
    }
    project_edges(l);
    attend_block(l, asking);
    mix_and_feed(l, asking);
    update_edges(l, asking, last ? read_pairs_ : all_pairs_);
  }
  read_out(batch, first, logits);
}

void FastWorker::place_graphs(const NoisyBatch& batch, std::size_t first) {
  for (std::size_t g = 0; g < graphs_; ++g) {
    state_[g] = batch.states.data() + (first + g) * variables_;
    const std::uint32_t condition = batch.condition[first + g];
    if (savings_.share_modulations) {
      code_[g] = conditions_[condition];
    } else {
      encode(w_, batch.conditions[condition], batch.time, own_codes_[g]);
      code_[g] = &own_codes_[g];
    }
  }
}

// A node is the sum of its labels, constant and variable, and of its position.
void FastWorker::embed_node(std::size_t node, const std::uint8_t* state, float* x) const {
  std::copy_n(constants_->nodes.data() + node * width_, width_, x);
  for (const std::size_t v : w_.states.labels[node]) {
    const Variable& variable = w_.source.skeleton.variables[v];
    const bool masked = state[v] == variable.size();
    const std::size_t row = masked ? w_.source.skeleton.vocabulary.size()
                                   : static_cast<std::size_t>(variable.labels[state[v]]);
    add(x, &w_.label[row * width_], width_);
  }
}

void FastWorker::place_nodes() {
  NodeRows& rows = all_nodes_;
  rows.count = graphs_ * nodes_;
  for (std::size_t r = 0; r < rows.count; ++r) {
    const std::size_t g = r / nodes_;
    const std::size_t node = r % nodes_;
    rows.node[r] = static_cast<int>(node);
    rows.code[r] = code_[g]->modulation.data();
    rows.row_of[r] = r;
    embed_node(node, state_[g], &rows.x[r * width_]);
    if (!tabulated(0)) continue;
    std::size_t place = w_.states.first[node];
    std::size_t stride = 1;
    for (const std::size_t v : w_.states.labels[node]) {
      place += state_[g][v] * stride;
      stride *= static_cast<std::size_t>(w_.source.skeleton.variables[v].size()) + 1;
    }
    table_row_[r] = place;
  }
  for (std::size_t g = 0; g <= graphs_; ++g) rows.first[g] = g * nodes_;
}

// A pair is the sum of what the variables that meet on it say of it.
void FastWorker::place_pairs() {
  PairRows& rows = all_pairs_;
  rows.count = graphs_ * pairs_;
  std::fill_n(rows.e.begin(), rows.count * edge_width_, 0.0F);
  for (std::size_t r = 0; r < rows.count; ++r) {
    rows.graph[r] = r / pairs_;
    rows.pair[r] = r % pairs_;
    rows.row_of[r] = r;
  }
  const EdgeLayout& edges = w_.source.edges;
  for (std::size_t g = 0; pairs_ > 0 && g < graphs_; ++g) {
    for (std::size_t v = 0; v < variables_; ++v) {
      const auto touched = edges.touched(v);
      for (std::size_t i = 0; i < touched.size(); ++i) {
        const auto row = static_cast<std::size_t>(edges.row(v, edges.state(v, i, state_[g][v])));
        add(&rows.e[(g * pairs_ + static_cast<std::size_t>(touched[i])) * edge_width_],
            &w_.edge_state[row * edge_width_], edge_width_);
      }
    }
  }
}

// The nodes and pairs that the logits wanted are read from.
void FastWorker::select_read(const NoisyBatch& batch, std::size_t first) {
  NodeRows& nodes = read_nodes_;
  PairRows& pairs = read_pairs_;
  nodes.count = pairs.count = 0;
  for (std::size_t g = 0; g < graphs_; ++g) {
    const bool all = !savings_.last_layer_where_read || batch.wanted.empty();
    std::ranges::fill(node_read_, static_cast<std::uint8_t>(!savings_.last_layer_where_read));
    std::ranges::fill(pair_read_, static_cast<std::uint8_t>(!savings_.last_layer_where_read));
    for (std::size_t v = 0; v < variables_; ++v) {
      if (all || batch.wanted[(first + g) * variables_ + v] != 0) select_variable(v);
    }
    nodes.first[g] = nodes.count;
    for (std::size_t i = 0; i < nodes_; ++i) {
      if (node_read_[i] == 0) continue;
      nodes.node[nodes.count] = static_cast<int>(i);
      nodes.code[nodes.count] = code_[g]->modulation.data();
      nodes.row_of[g * nodes_ + i] = nodes.count++;
    }
    for (std::size_t p = 0; p < pairs_; ++p) {
      if (pair_read_[p] == 0) continue;
      pairs.graph[pairs.count] = g;
      pairs.pair[pairs.count] = p;
      pairs.row_of[g * pairs_ + p] = pairs.count++;
    }
  }
  nodes.first[graphs_] = nodes.count;
}

void FastWorker::select_variable(std::size_t variable) {
  const Variable& v = w_.source.skeleton.variables[variable];
  if (v.kind != VariableKind::kEdge) node_read_[static_cast<std::size_t>(v.node)] = 1;
  for (const int pair : w_.source.edges.touched(variable)) {
    const auto [from, to] = w_.source.edges.pairs()[static_cast<std::size_t>(pair)];
    pair_read_[static_cast<std::size_t>(pair)] = 1;
    node_read_[static_cast<std::size_t>(from)] = 1;
    node_read_[static_cast<std::size_t>(to)] = 1;
  }
}

void FastWorker::copy_read() {
  for (std::size_t g = 0; g < graphs_; ++g) {
    for (std::size_t r = read_nodes_.first[g]; r < read_nodes_.first[g + 1]; ++r) {
      const std::size_t from = g * nodes_ + static_cast<std::size_t>(read_nodes_.node[r]);
      std::copy_n(&all_nodes_.x[from * width_], width_, &read_nodes_.x[r * width_]);
    }
  }
  for (std::size_t r = 0; r < read_pairs_.count; ++r) {
    const std::size_t from = read_pairs_.graph[r] * pairs_ + read_pairs_.pair[r];
    std::copy_n(&all_pairs_.e[from * edge_width_], edge_width_, &read_pairs_.e[r * edge_width_]);
  }
}

}  // namespace dinas
