// Does the trained denoiser say what it should? On a space small enough to list, with a variable of
// each kind.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "condition/bound.h"
#include "engine/reference.h"
#include "sample/law.h"
#include "support/toy_space.h"
#include "train/trainer.h"

namespace dinas {
namespace {

// Nine of the twelve architectures, so that the variables depend on each other, with two metrics of
// different orders.
const TrainingSet& toy_set() {
  static const TrainingSet set = [] {
    Table table(std::make_shared<SkeletonSpace>(mixed_skeleton()));
    Column& first = table.add_column("first", "toy");
    Column& second = table.add_column("second", "toy");
    for (const std::uint64_t i : {0U, 1U, 2U, 3U, 4U, 6U, 8U, 9U, 11U}) {
      const auto row = table.add_architecture(nth_architecture(table.space().skeleton(), i));
      first.values[row] = static_cast<double>(i * 5 % 12);
      second.values[row] = static_cast<double>(i * 7 % 12);
    }
    return make_training_set(table,
                             {{"first", Direction::kMax, MetricLevel::kCell},
                              {"second", Direction::kMin, MetricLevel::kCell}},
                             {});
  }();
  return set;
}

const Model& toy_model() {
  static const Model model = [] {
    TrainOptions options;
    options.denoiser = {.width = 32,
                        .layers = 2,
                        .heads = 2,
                        .feed_forward = 64,
                        .edge_width = 16,
                        .fourier = 4,
                        .condition = 32,
                        .time_input = false};
    options.epochs = 1500;  // of one step: the nine architectures fit into one batch
    options.ema_decay = 0.99;
    options.seed = 1;
    return train_fast(toy_set(), options, {});
  }();
  return model;
}

// log tau of a bound that exactly `ranks[k]` rows keep, halfway to the next one: the truth jumps
// where a bound is as tight as a row. 0: open.
Condition condition_of(std::span<const std::size_t> ranks) {
  Condition condition;
  for (const std::size_t rank : ranks) {
    const double tau = (static_cast<double>(rank) + 0.5) / 9.0;
    condition.push_back(rank == 0 ? kOpen : static_cast<float>(std::log(tau)));
  }
  return condition;
}

// The rows of the toy that keep both bounds; the metrics have no ties.
std::vector<Architecture> rows_inside(std::span<const std::size_t> ranks) {
  const TrainingSet& set = toy_set();
  std::vector<Architecture> inside;
  for (std::size_t row = 0; row < set.architectures.size(); ++row) {
    bool keeps = true;
    for (std::size_t k = 0; k < ranks.size(); ++k) {
      keeps &= ranks[k] == 0 || set.labels.rank(row, k) <= ranks[k];
    }
    if (keeps) inside.push_back(set.architectures[row]);
  }
  return inside;
}

// Absolute differences of probabilities.
struct Gap {
  double worst = 0.0;
  double sum = 0.0;
  int count = 0;
  void add(double difference) {
    worst = std::max(worst, difference);
    sum += difference;
    ++count;
  }
  [[nodiscard]] double mean() const { return sum / count; }
};

// Adds the differences of the model's conditionals of the masked variables and the shares among
// `inside`, over every partial state that some of them agree with.
void add_gaps(const Denoiser& denoiser, const Condition& condition,
              const std::vector<Architecture>& inside, Gap& gap) {
  const Skeleton skeleton = mixed_skeleton();
  const auto worker = denoiser.make_worker();
  const std::vector<Condition> conditions{condition};
  const std::vector<std::uint32_t> which{0};
  std::vector<double> logits(static_cast<std::size_t>(skeleton.total_values()));
  for (std::uint64_t number = 0; number < 4 * 3 * 3; ++number) {
    const Architecture state = {static_cast<std::uint8_t>(number % 4),
                                static_cast<std::uint8_t>(number / 4 % 3),
                                static_cast<std::uint8_t>(number / 12)};
    std::vector<Architecture> agreeing;
    std::ranges::copy_if(inside, std::back_inserter(agreeing), [&](const Architecture& a) {
      for (std::size_t v = 0; v < a.size(); ++v) {
        if (state[v] != skeleton.variables[v].size() && state[v] != a[v]) return false;
      }
      return true;
    });
    if (agreeing.empty()) continue;
    worker->predict({1, state, which, conditions, 0.0}, logits);
    const std::vector<int> offsets = skeleton.offsets();
    for (std::size_t v = 0; v < state.size(); ++v) {
      if (state[v] != skeleton.variables[v].size()) continue;
      const auto own = softmax(
          std::span(logits).subspan(static_cast<std::size_t>(offsets[v]),
                                    static_cast<std::size_t>(skeleton.variables[v].size())));
      for (std::size_t x = 0; x < own.size(); ++x) {
        const auto hits = std::ranges::count_if(agreeing, [&](const auto& a) { return a[v] == x; });
        const double share = static_cast<double>(hits) / static_cast<double>(agreeing.size());
        gap.add(std::abs(own[x] - share));
      }
    }
  }
}

// The gaps that 1,500 steps leave, with room: .01 on average, .11 at worst; untrained .4 and .9.
TEST(Convergence, ConditionalsOfEveryKindOfVariableBecomeTheTruth) {
  const auto denoiser = make_reference_denoiser(toy_model(), *toy_set().space);
  Gap gap;
  for (const std::size_t first : {0U, 2U, 4U, 7U}) {
    for (const std::size_t second : {0U, 3U, 5U, 8U}) {
      const std::vector<std::size_t> ranks = {first, second};
      const auto inside = rows_inside(ranks);
      if (!inside.empty()) add_gaps(*denoiser, condition_of(ranks), inside, gap);
    }
  }
  EXPECT_GT(gap.count, 500);
  EXPECT_LT(gap.mean(), 0.02);
  EXPECT_LT(gap.worst, 0.15);
}

TEST(Convergence, SamplesFollowTheTruth) {
  const auto denoiser = make_reference_denoiser(toy_model(), *toy_set().space);
  const Skeleton skeleton = mixed_skeleton();
  GuidanceOptions unguided;
  unguided.weight = 0.0;
  using Ranks = std::vector<std::size_t>;
  for (const Ranks& ranks : {Ranks{0, 0}, Ranks{4, 0}, Ranks{7, 5}}) {
    const auto inside = rows_inside(ranks);
    std::vector<double> truth(12, 0.0);
    for (const Architecture& a : inside) {
      truth[architecture_index(skeleton, a)] = 1.0 / static_cast<double>(inside.size());
    }
    const auto law = sampling_law(skeleton, *denoiser, {}, condition_of(ranks), 0, unguided);
    EXPECT_LT(total_variation(law, truth), 0.06);
  }
}

}  // namespace
}  // namespace dinas
