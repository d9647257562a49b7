// What the fast engine has worked out about a condition: its modulations, and the first layer of
// every state that a node can be in.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/fast_weights.h"

namespace dinas {

struct ConditionCode {
  Condition condition;
  double time = 0.0;
  /// [layers][6 width] shift, scale and gate of the attention and of the feed-forward block, then
  /// [2 width] shift and scale of the readout.
  std::vector<float> modulation;
  std::vector<float> query;      // [padded states.rows(), width] of the first layer, if tabulated
  std::vector<float> key_value;  // [padded states.rows(), 2 width]
};

/// Writes condition, time and modulation.
void encode(const FastWeights& weights, const Condition& condition, double time,
            ConditionCode& code);

/// One thread's codes of the conditions it has met lately.
class ConditionCodes {
 public:
  /// Codes that may be forgotten are, if there are many. Before the `find`s of a call.
  void begin_call();
  /// The remembered code; null if there is none.
  [[nodiscard]] ConditionCode* find(const Condition& condition, double time) const;
  /// An empty code to fill in, valid until the next begin_call.
  ConditionCode& add();

 private:
  std::vector<std::unique_ptr<ConditionCode>> codes_;
};

}  // namespace dinas
