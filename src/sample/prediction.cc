#include "sample/prediction.h"

#include <algorithm>
#include <numeric>

namespace dinas {
Prediction::Prediction(const Denoiser& denoiser, const Skeleton& skeleton,
                       const SampleSavings& savings, bool keeps)
    : worker_(denoiser.make_worker()),
      savings_(savings),
      keeps_(keeps && savings.equal_states && savings.unchanged_graphs && !denoiser.reads_time()),
      variables_(skeleton.variables.size()) {
  for (const int offset : skeleton.offsets()) offsets_.push_back(static_cast<std::size_t>(offset));
}

void Prediction::predict(std::span<const std::uint8_t> states, std::span<const std::uint8_t> wanted,
                         const std::vector<Condition>& conditions, double time) {
  if (keeps_) {
    std::swap(table_, known_);
    std::swap(logits_, known_logits_);
  }
  find_rows(states, wanted);
  find_fresh(conditions);
  forward(conditions, time);
}

std::span<const double> Prediction::logits(std::size_t condition, std::size_t row,
                                           std::size_t variable) const {
  const double* from = &logits_[(condition * rows_ + row) * offsets_.back() + offsets_[variable]];
  return {from, offsets_[variable + 1] - offsets_[variable]};
}

void Prediction::find_rows(std::span<const std::uint8_t> states,
                           std::span<const std::uint8_t> wanted) {
  const std::size_t graphs = states.size() / variables_;
  row_.resize(graphs);
  if (!savings_.equal_states) {
    std::iota(row_.begin(), row_.end(), std::size_t{0});
    rows_ = graphs;
    row_state_ = states;
    row_wanted_.assign(wanted.begin(), wanted.end());
    return;
  }
  table_.reset(variables_, graphs);
  row_wanted_.assign(states.size(), 0);
  for (std::size_t g = 0; g < graphs; ++g) {
    row_[g] = table_.insert(&states[g * variables_]);
    std::uint8_t* own = &row_wanted_[row_[g] * variables_];
    for (std::size_t v = 0; v < variables_; ++v) own[v] |= wanted[g * variables_ + v];
  }
  rows_ = table_.size();
  row_state_ = table_.states();
}

// Copies what the call before knows; the rest is fresh.
void Prediction::find_fresh(const std::vector<Condition>& conditions) {
  const std::size_t width = offsets_.back();
  logits_.resize(conditions.size() * rows_ * width);
  fresh_.clear();
  const bool comparable =
      keeps_ && std::ranges::equal(conditions, known_conditions_, same_condition);
  for (std::size_t r = 0; r < rows_; ++r) {
    const auto known = comparable ? known_.find(&row_state_[r * variables_]) : std::nullopt;
    if (!known) {
      fresh_.push_back(r);
      continue;
    }
    for (std::size_t c = 0; c < conditions.size(); ++c) {
      std::copy_n(&known_logits_[(c * known_.size() + *known) * width], width,
                  &logits_[(c * rows_ + r) * width]);
    }
  }
  if (keeps_) known_conditions_ = conditions;
}

void Prediction::forward(const std::vector<Condition>& conditions, double time) {
  const std::size_t fresh = fresh_.size();
  if (fresh == 0) return;
  const std::size_t width = offsets_.back();
  inputs_.resize(conditions.size() * fresh * variables_);
  needed_.resize(inputs_.size());
  condition_of_.resize(conditions.size() * fresh);
  outputs_.resize(condition_of_.size() * width);
  for (std::size_t c = 0; c < conditions.size(); ++c) {
    for (std::size_t f = 0; f < fresh; ++f) {
      const std::size_t to = (c * fresh + f) * variables_;
      std::copy_n(&row_state_[fresh_[f] * variables_], variables_, &inputs_[to]);
      // What is kept for the next call may be read for other variables there.
      if (keeps_) {
        std::fill_n(&needed_[to], variables_, std::uint8_t{1});
      } else {
        std::copy_n(&row_wanted_[fresh_[f] * variables_], variables_, &needed_[to]);
      }
      condition_of_[c * fresh + f] = static_cast<std::uint32_t>(c);
    }
  }
  const std::size_t parts = savings_.pair_conditions ? 1 : conditions.size();
  const std::size_t graphs = condition_of_.size() / parts;
  for (std::size_t p = 0; p < parts; ++p) {
    worker_->predict(
        {.graphs = graphs,
         .states = std::span(inputs_).subspan(p * graphs * variables_, graphs * variables_),
         .condition = std::span(condition_of_).subspan(p * graphs, graphs),
         .conditions = conditions,
         .time = time,
         .wanted = std::span(needed_).subspan(p * graphs * variables_, graphs * variables_)},
        std::span(outputs_).subspan(p * graphs * width, graphs * width));
  }
  for (std::size_t c = 0; c < conditions.size(); ++c) {
    for (std::size_t f = 0; f < fresh; ++f) {
      std::copy_n(&outputs_[(c * fresh + f) * width], width,
                  &logits_[(c * rows_ + fresh_[f]) * width]);
    }
  }
}

}  // namespace dinas
