#include "train/batch.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "base/error.h"
#include "diffusion/mask.h"

namespace dinas {
namespace {

// More matching rows than this say little that a part of them does not say.
constexpr std::size_t kMostRows = 1024;

// A step through `rows` places that comes by every place before it comes by one again, and spreads
// any number of steps evenly.
std::size_t even_step(std::size_t rows) {
  constexpr double kGoldenSection = 0.6180339887498949;
  auto step = static_cast<std::size_t>(kGoldenSection * static_cast<double>(rows));
  while (std::gcd(step, rows) != 1) ++step;
  return step;
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
      matching_(data) {
  for (const Variable& v : data.space->skeleton().variables) {
    kind_weights_.push_back(
        static_cast<float>(options.loss_weights[static_cast<std::size_t>(v.kind)]));
  }
  for (const Architecture& a : data.architectures) {
    for (std::size_t v = 0; v < a.size(); ++v) {
      places_.push_back(static_cast<std::uint32_t>(offsets_[v]) + a[v]);
    }
  }
}

void BatchMaker::make(std::uint64_t step, std::size_t first, std::size_t graphs,
                      TrainBatch& batch) {
  const std::size_t variables = kind_weights_.size();
  batch.graphs = graphs;
  batch.states.resize(graphs * variables);
  batch.conditions.resize(graphs * data_.metrics.size());
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
              batch.conditions.begin() + static_cast<std::ptrdiff_t>(g * data_.metrics.size()));
    if (options_.noise == Noise::kMask) {
      mask_graph(pair, noise_stream, g, batch);
    } else {
      noise_graph(pair, noise_stream, g, batch);
    }
  }
}

void BatchMaker::mask_graph(const TrainingPair& pair, RandomStream& stream, std::size_t g,
                            TrainBatch& batch) {
  const std::size_t variables = kind_weights_.size();
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
  exact_targets(matching_.find(pair, state), stream,
                std::span(batch.targets).subspan(g * total, total));
}

// Of many rows a part with a random start is counted: every row is in it equally often, so the
// expected target stays exact.
void BatchMaker::exact_targets(std::span<const std::uint32_t> rows, RandomStream& stream,
                               std::span<float> targets) const {
  const bool many = rows.size() > kMostRows;
  std::size_t next = many ? stream.below(static_cast<std::uint32_t>(rows.size())) : 0;
  const std::size_t step = many ? even_step(rows.size()) : 1;
  for (std::size_t i = std::min(rows.size(), kMostRows); i > 0; --i) {
    const std::uint32_t* places = &places_[rows[next] * kind_weights_.size()];
    for (std::size_t v = 0; v < kind_weights_.size(); ++v) targets[places[v]] += 1.0F;
    next += step;
    if (next >= rows.size()) next -= rows.size();
  }
  for (std::size_t v = 0; v + 1 < offsets_.size(); ++v) {
    const auto first = targets.begin() + offsets_[v];
    const auto last = targets.begin() + offsets_[v + 1];
    float total = 0.0F;
    for (auto it = first; it != last; ++it) total += *it;
    for (auto it = first; it != last; ++it) *it /= total;
  }
}

void BatchMaker::noise_graph(const TrainingPair& pair, RandomStream& stream, std::size_t g,
                             TrainBatch& batch) {
  const std::size_t variables = kind_weights_.size();
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
