// What a denoiser says of a batch of graphs, with as few forwards as it takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/denoiser.h"
#include "sample/state_table.h"

namespace dinas {

/// Forwards that are left out because their result is known. None changes a bit of any logit.
struct SampleSavings {
  bool equal_states = true;      // graphs in the same state are computed once
  bool pair_conditions = true;   // conditional and null rows go through the network in one batch
  bool unchanged_graphs = true;  // networks that do not read the time: states of the call before
                                 // keep their logits (with equal_states)
};

/// The scratch memory of one thread.
class Prediction {
 public:
  /// `keeps`: will states come back in the next call? (Not under mask noise.)
  Prediction(const Denoiser& denoiser, const Skeleton& skeleton, const SampleSavings& savings,
             bool keeps);

  /// Forgets the calls before.
  void begin_batch() { known_.reset(variables_, 0); }
  /// Logits of graphs under every condition. `states` [graphs, variables]; `wanted`
  /// [graphs, variables] 1 where the variable's logits will be read.
  void predict(std::span<const std::uint8_t> states, std::span<const std::uint8_t> wanted,
               const std::vector<Condition>& conditions, double time);

  /// Graphs of the same row have the same state and share logits; row < rows().
  [[nodiscard]] std::size_t row(std::size_t graph) const { return row_[graph]; }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// Logits [K] of a variable in a row.
  [[nodiscard]] std::span<const double> logits(std::size_t condition, std::size_t row,
                                               std::size_t variable) const;

 private:
  void find_rows(std::span<const std::uint8_t> states, std::span<const std::uint8_t> wanted);
  void find_fresh(const std::vector<Condition>& conditions);
  void forward(const std::vector<Condition>& conditions, double time);

  std::unique_ptr<DenoiserWorker> worker_;
  SampleSavings savings_;
  bool keeps_;
  std::size_t variables_;
  std::vector<std::size_t> offsets_;  // [variables + 1] of values
  std::size_t rows_ = 0;
  std::vector<std::size_t> row_;             // [graphs]
  StateTable table_;                         // the distinct states of this call
  std::span<const std::uint8_t> row_state_;  // [rows, variables]
  std::vector<std::uint8_t> row_wanted_;     // [rows, variables]
  std::vector<double> logits_;               // [conditions, rows, values]

  StateTable known_;  // the states of the call before, with
  std::vector<double> known_logits_;
  std::vector<Condition> known_conditions_;

  std::vector<std::size_t> fresh_;             // rows that need a forward
  std::vector<std::uint8_t> inputs_, needed_;  // [conditions, fresh, variables]
  std::vector<std::uint32_t> condition_of_;    // [conditions, fresh]
  std::vector<double> outputs_;                // [conditions, fresh, values]
};

}  // namespace dinas
