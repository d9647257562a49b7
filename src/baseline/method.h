// How a search decides what to evaluate next.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "baseline/task.h"

namespace dinas {

/// Proposes architectures. What it proposes is a function of the task, its options (a seed among
/// them) and the history alone, so that a study can be continued by any process at any moment: a
/// method may keep what it computed, never what it cannot compute again.
class SearchMethod {
 public:
  virtual ~SearchMethod() = default;

  /// What --method calls it.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Up to `count` distinct architectures that the task may ask (see may_ask) and that the history
  /// does not hold, pending ones included. Fewer only where there are no more to be found.
  virtual std::vector<Architecture> propose(const History& history, std::size_t count) = 0;

  /// How many architectures are best asked for at a time where results come at no delay: 1, unless
  /// thinking costs more than acting on every result is worth.
  [[nodiscard]] virtual std::size_t batch() const { return 1; }
};

}  // namespace dinas
