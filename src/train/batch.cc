#include "train/batch.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "base/error.h"
#include "diffusion/mask.h"

namespace dinas {
namespace {

// match[r] &= (column[r] == value)
void keep_equal(std::span<const std::uint8_t> column, std::uint8_t value,
                std::span<std::uint8_t> match) {
  for (std::size_t r = 0; r < match.size(); ++r) {
    match[r] = static_cast<std::uint8_t>(match[r] & (column[r] == value ? 1 : 0));
  }
}

// match[r] &= (1 <= ranks[r] <= largest); rank 0 is a missing value and wraps to the top.
void keep_ranked(std::span<const std::uint32_t> ranks, std::uint32_t largest,
                 std::span<std::uint8_t> match) {
  for (std::size_t r = 0; r < match.size(); ++r) {
    match[r] = static_cast<std::uint8_t>(match[r] & (ranks[r] - 1U < largest ? 1 : 0));
  }
}

// Scales the weights of a graph to the sum 1.
void share_weights(std::span<float> weights) {
  const float sum = std::accumulate(weights.begin(), weights.end(), 0.0F);
  for (float& weight : weights) weight /= sum;
}

}  // namespace

BatchMaker::BatchMaker(const TrainingSet& data, const BatchOptions& options)
    : data_(data),
      options_(options),
      schedule_(options.diffusion_steps),
      offsets_(data.space->skeleton().offsets()),
      pairs_(data.labels, data.metrics, data.architectures.size(), options.tail_exponent),
      values_(data.space->skeleton().variables.size()),
      ranks_(data.metrics.size()),
      match_(data.architectures.size()) {
  for (const Architecture& architecture : data.architectures) {
    for (std::size_t v = 0; v < values_.size(); ++v) values_[v].push_back(architecture[v]);
  }
  for (const Variable& v : data.space->skeleton().variables) {
    kind_weights_.push_back(
        static_cast<float>(options.loss_weights[static_cast<std::size_t>(v.kind)]));
  }
  for (std::size_t k = 0; k < ranks_.size(); ++k) {
    for (std::size_t r = 0; r < data.labels.rows(); ++r)
      ranks_[k].push_back(data.labels.rank(r, k));
  }
}

void BatchMaker::make(std::uint64_t step, std::size_t first, std::size_t graphs,
                      TrainBatch& batch) {
  const std::size_t variables = values_.size();
  batch.graphs = graphs;
  batch.states.resize(graphs * variables);
  batch.conditions.resize(graphs * ranks_.size());
  batch.times.assign(graphs, 0.0F);
  batch.targets.assign(graphs * static_cast<std::size_t>(offsets_.back()), 0.0F);
  batch.weights.assign(graphs * variables, 0.0F);
  for (std::size_t g = 0; g < graphs; ++g) {
    const auto item = static_cast<std::uint32_t>(first + g);
    const auto at = static_cast<std::uint32_t>(step);
    RandomStream pair_stream(options_.seed, Purpose::kPair, item, at);
    RandomStream noise_stream(options_.seed, Purpose::kNoise, item, at);
    const TrainingPair pair = pairs_.draw(pair_stream);
    std::copy(pair.condition.begin(), pair.condition.end(),
              batch.conditions.begin() + static_cast<std::ptrdiff_t>(g * ranks_.size()));
    if (options_.noise == Noise::kMask) {
      mask_graph(pair, noise_stream, g, batch);
    } else {
      noise_graph(pair, noise_stream, g, batch);
    }
  }
}

void BatchMaker::mask_graph(const TrainingPair& pair, RandomStream& stream, std::size_t g,
                            TrainBatch& batch) {
  const std::size_t variables = values_.size();
  const auto state = std::span(batch.states).subspan(g * variables, variables);
  const auto weights = std::span(batch.weights).subspan(g * variables, variables);
  const auto total = static_cast<std::size_t>(offsets_.back());
  const Architecture& clean = data_.architectures[pair.row];
  std::copy(clean.begin(), clean.end(), state.begin());
  const std::size_t masked = 1 + stream.below(static_cast<std::uint32_t>(variables));
  const std::vector<int> order = random_order(static_cast<int>(variables), stream);
  for (std::size_t i = 0; i < masked; ++i) {
    const auto v = static_cast<std::size_t>(order[i]);
    state[v] = static_cast<std::uint8_t>(offsets_[v + 1] - offsets_[v]);
    weights[v] = kind_weights_[v];
  }
  share_weights(weights);
  match_rows(pair, state);
  exact_targets(state, std::span(batch.targets).subspan(g * total, total));
}

// Marks the training architectures that agree with the visible variables and meet the bounds.
void BatchMaker::match_rows(const TrainingPair& pair, std::span<const std::uint8_t> state) {
  const bool open = is_null(pair.condition);
  const std::size_t candidates = open ? data_.architectures.size() : data_.labelled;
  std::fill_n(match_.begin(), candidates, std::uint8_t{1});
  std::fill(match_.begin() + static_cast<std::ptrdiff_t>(candidates), match_.end(),
            std::uint8_t{0});
  const auto match = std::span(match_).first(candidates);
  for (std::size_t v = 0; v < state.size(); ++v) {
    if (state[v] < offsets_[v + 1] - offsets_[v]) keep_equal(values_[v], state[v], match);
  }
  for (std::size_t k = 0; k < pair.condition.size(); ++k) {
    if (std::isnan(pair.condition[k])) continue;
    const double tau = std::exp(static_cast<double>(pair.condition[k]));
    const auto cut = static_cast<std::uint32_t>(data_.metrics[k].largest_rank(tau));
    // The drawn graph itself meets the bound; rounding of its log must not exclude it.
    keep_ranked(ranks_[k], std::max(cut, ranks_[k][pair.row]), match);
  }
  DINAS_CHECK(match_[pair.row] == 1);
}

void BatchMaker::exact_targets(std::span<const std::uint8_t> state,
                               std::span<float> targets) const {
  const std::size_t rows = match_.size();
  for (std::size_t r = 0; r < rows;) {
    std::uint64_t eight = 0;
    if (r + 8 <= rows && (std::memcpy(&eight, &match_[r], 8), eight == 0)) {
      r += 8;
      continue;
    }
    if (match_[r] != 0) {
      for (std::size_t v = 0; v < state.size(); ++v) {
        targets[static_cast<std::size_t>(offsets_[v]) + values_[v][r]] += 1.0F;
      }
    }
    ++r;
  }
  for (std::size_t v = 0; v < state.size(); ++v) {
    const auto first = targets.begin() + offsets_[v];
    const auto last = targets.begin() + offsets_[v + 1];
    float total = 0.0F;
    for (auto it = first; it != last; ++it) total += *it;
    for (auto it = first; it != last; ++it) *it /= total;
  }
}

void BatchMaker::noise_graph(const TrainingPair& pair, RandomStream& stream, std::size_t g,
                             TrainBatch& batch) {
  const std::size_t variables = values_.size();
  const auto total = static_cast<std::size_t>(offsets_.back());
  const Architecture& clean = data_.architectures[pair.row];
  const auto t =
      static_cast<std::size_t>(stream.below(static_cast<std::uint32_t>(schedule_.steps() + 1)));
  batch.times[g] = static_cast<float>(t) / static_cast<float>(schedule_.steps());
  for (std::size_t v = 0; v < variables; ++v) {
    const auto size = static_cast<std::size_t>(offsets_[v + 1] - offsets_[v]);
    const std::vector<double> uniform(size, 1.0 / static_cast<double>(size));
    const std::vector<double>& m = options_.noise == Noise::kUniform ? uniform : data_.marginals[v];
    const std::vector<double> law = noised(clean[v], schedule_.abar[t], m);
    batch.states[g * variables + v] = static_cast<std::uint8_t>(categorical(law, stream.uniform()));
    batch.targets[g * total + static_cast<std::size_t>(offsets_[v]) + clean[v]] = 1.0F;
  }
  const auto weights = std::span(batch.weights).subspan(g * variables, variables);
  std::ranges::copy(kind_weights_, weights.begin());
  share_weights(weights);
}

}  // namespace dinas
