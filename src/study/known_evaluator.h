// A benchmark table, or the space itself, as the evaluator.
#pragma once

#include <utility>
#include <vector>

#include "eval/search_task.h"
#include "study/evaluator.h"

namespace dinas {

/// Answers at once, one architecture at a time, with what is not known in advance.
class KnownEvaluator : public StudyEvaluator {
 public:
  explicit KnownEvaluator(KnownTask known) : known_(std::move(known)) {}

  [[nodiscard]] std::size_t workers() const override { return 1; }
  void start(Ticket ticket) override { started_.push_back(std::move(ticket)); }
  std::vector<Finished> wait(double seconds) override;
  std::vector<Ticket> stop() override { return std::exchange(started_, {}); }

 private:
  [[nodiscard]] Answer answer(const Architecture& architecture) const;

  KnownTask known_;
  std::vector<Ticket> started_;
};

}  // namespace dinas
