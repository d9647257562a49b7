// Logits of the fast engine.
#include <algorithm>

#include "engine/fast_worker.h"
#include "engine/vector_kernels.h"

namespace dinas {

void FastWorker::read_out(const NoisyBatch& batch, std::size_t first, std::span<double> logits) {
  const std::size_t readout = 6 * layers_.size() * width_;
  modulated_norm(read_nodes_.x.data(), read_nodes_.count, width_, read_nodes_.code.data(), readout,
                 normal_.data());
  run(readout_label_, w_.readout_label, normal_, read_nodes_.count, label_scores_);
  if (w_.readout_inputs.out() > 0) {
    run(readout_inputs_, w_.readout_inputs, normal_, read_nodes_.count, input_scores_);
  }
  if (read_pairs_.count > 0) {
    edge_values(w_.readout_edge, readout_edge_, read_nodes_, read_pairs_);
  }
  const auto total = static_cast<std::size_t>(w_.source.offsets.back());
  for (std::size_t g = 0; g < graphs_; ++g) {
    for (std::size_t v = 0; v < variables_; ++v) {
      if (!batch.wanted.empty() && batch.wanted[(first + g) * variables_ + v] == 0) continue;
      const auto offset = static_cast<std::size_t>(w_.source.offsets[v]);
      const auto size = static_cast<std::size_t>(w_.source.skeleton.variables[v].size());
      write_logits(g, v, logits.subspan((first + g) * total + offset, size));
    }
  }
}

void FastWorker::write_logits(std::size_t graph, std::size_t variable,
                              std::span<double> logits) const {
  const Variable& v = w_.source.skeleton.variables[variable];
  const float* bias = &w_.value_bias[static_cast<std::size_t>(w_.source.offsets[variable])];
  std::copy_n(bias, logits.size(), logits.begin());
  // Labels and sets of inputs are scored by their node.
  if (v.kind != VariableKind::kEdge) {
    const std::size_t row = read_nodes_.row_of[graph * nodes_ + static_cast<std::size_t>(v.node)];
    const float* labels = &label_scores_[row * w_.readout_label.out()];
    const float* inputs = input_scores_.data() + row * w_.readout_inputs.out() +
                          w_.source.edges.first_value(variable);
    for (std::size_t k = 0; k < logits.size(); ++k) {
      logits[k] += v.kind == VariableKind::kLabel ? labels[v.labels[k]] : inputs[k];
    }
  }
  // Edges and sets of inputs are scored by the states that they give to pairs.
  const EdgeLayout& edges = w_.source.edges;
  const auto touched = edges.touched(variable);
  for (std::size_t i = 0; i < touched.size(); ++i) {
    const std::size_t row =
        read_pairs_.row_of[graph * pairs_ + static_cast<std::size_t>(touched[i])];
    const float* own = &pair_values_[row * static_cast<std::size_t>(edges.columns())];
    for (std::size_t k = 0; k < logits.size(); ++k) {
      logits[k] += own[edges.column(variable, edges.state(variable, i, static_cast<int>(k)))];
    }
  }
}

}  // namespace dinas
