#include "train/matching_rows.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::size_t kWord = 64;

std::uint64_t bit(std::size_t row) { return std::uint64_t{1} << (row % kWord); }

}  // namespace

MatchingRows::MatchingRows(const TrainingSet& data)
    : data_(data), best_first_(data.metrics.size()) {
  const std::size_t words = (data.architectures.size() + kWord - 1) / kWord;
  agree_.resize(words);
  for (const Variable& v : data.space->skeleton().variables) {
    has_value_.emplace_back(v.values.size(), Bits(words, 0));
  }
  for (std::size_t row = 0; row < data.architectures.size(); ++row) {
    for (std::size_t v = 0; v < has_value_.size(); ++v) {
      has_value_[v][data.architectures[row][v]][row / kWord] |= bit(row);
    }
  }
  for (std::size_t k = 0; k < best_first_.size(); ++k) {
    auto& rows = best_first_[k];
    for (std::size_t row = 0; row < data.labels.rows(); ++row) {
      if (data.labels.rank(row, k) > 0) rows.push_back(static_cast<std::uint32_t>(row));
    }
    std::ranges::stable_sort(rows, {}, [&](std::uint32_t row) { return data.labels.rank(row, k); });
  }
}

std::vector<MatchingRows::Cut> MatchingRows::cuts(const TrainingPair& pair) const {
  std::vector<Cut> result;
  for (std::size_t k = 0; k < pair.condition.size(); ++k) {
    if (std::isnan(pair.condition[k])) continue;
    const double tau = std::exp(static_cast<double>(pair.condition[k]));
    const auto rank = static_cast<std::uint32_t>(data_.metrics[k].largest_rank(tau));
    // The drawn graph itself meets the bound; rounding of its log must not exclude it.
    result.push_back({k, std::max(rank, data_.labels.rank(pair.row, k))});
  }
  return result;
}

bool MatchingRows::keeps(std::uint32_t row, std::span<const Cut> cuts) const {
  return std::ranges::all_of(cuts, [&](const Cut& cut) {
    const std::uint32_t rank = data_.labels.rank(row, cut.metric);
    return rank > 0 && rank <= cut.rank;
  });
}

// Sets the bits of the first `candidates` rows that have every visible value.
void MatchingRows::agree_with(std::span<const std::uint8_t> state, std::size_t candidates) {
  std::ranges::fill(agree_, 0);
  std::fill_n(agree_.begin(), candidates / kWord, ~std::uint64_t{0});
  if (candidates % kWord > 0) agree_[candidates / kWord] = bit(candidates) - 1;
  for (std::size_t v = 0; v < state.size(); ++v) {
    if (state[v] == has_value_[v].size()) continue;
    const Bits& bits = has_value_[v][state[v]];
    for (std::size_t w = 0; w < agree_.size(); ++w) agree_[w] &= bits[w];
  }
}

std::span<const std::uint32_t> MatchingRows::find(const TrainingPair& pair,
                                                  std::span<const std::uint8_t> state) {
  const std::vector<Cut> bounds = cuts(pair);
  agree_with(state, bounds.empty() ? data_.architectures.size() : data_.labelled);
  rows_.clear();
  std::size_t agreeing = 0;
  for (const std::uint64_t word : agree_) agreeing += static_cast<std::size_t>(std::popcount(word));

  // The shorter way: through the rows that agree, or through those that keep the tightest bound.
  const auto tightest = std::ranges::min_element(bounds, {}, &Cut::rank);
  if (tightest != bounds.end() && tightest->rank < agreeing) {
    for (const std::uint32_t row : best_first_[tightest->metric]) {
      if (data_.labels.rank(row, tightest->metric) > tightest->rank) break;
      if ((agree_[row / kWord] & bit(row)) != 0 && keeps(row, bounds)) rows_.push_back(row);
    }
  } else {
    for (std::size_t w = 0; w < agree_.size(); ++w) {
      for (std::uint64_t word = agree_[w]; word != 0; word &= word - 1) {
        const auto row = static_cast<std::uint32_t>(
            w * kWord + static_cast<std::size_t>(std::countr_zero(word)));
        if (keeps(row, bounds)) rows_.push_back(row);
      }
    }
  }
  DINAS_CHECK(!rows_.empty());
  return rows_;
}

}  // namespace dinas
