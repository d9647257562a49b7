// What finds out the metrics of architectures.
#pragma once

#include <cstddef>
#include <vector>

#include "study/answer.h"
#include "study/study.h"

namespace dinas {

struct Finished {
  Ticket ticket;
  Answer answer;
};

/// Runs evaluations beside the caller, who asks from time to time which have ended.
class StudyEvaluator {
 public:
  virtual ~StudyEvaluator() = default;

  /// Evaluations that may run at the same time, >= 1.
  [[nodiscard]] virtual std::size_t workers() const = 0;
  /// Begins an evaluation; not more than workers() at a time.
  virtual void start(Ticket ticket) = 0;
  /// Those that have ended since the last call; waits up to `seconds` for the first one.
  virtual std::vector<Finished> wait(double seconds) = 0;
  /// Ends what runs, at once and without an answer, and returns its tickets.
  virtual std::vector<Ticket> stop() = 0;
};

}  // namespace dinas
