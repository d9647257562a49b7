// The search itself: ask the method, hand to the evaluator, tell the study.
#pragma once

#include <cstdint>
#include <functional>

#include "baseline/method.h"
#include "study/evaluator.h"

namespace dinas {

struct LoopOptions {
  std::uint64_t budget = 1;  // evaluations of the study in all, earlier ones included
  std::size_t batch = 1;     // architectures asked of the method at a time
  std::size_t retries = 0;   // of an evaluation that failed
  Worker worker;
};

struct LoopProgress {
  StudyCounts counts;
  std::size_t running = 0;          // of this process
  const Finished* ended = nullptr;  // what has just ended; nullptr: nothing
};
/// False stops the search.
using LoopObserver = std::function<bool(const LoopProgress&)>;

enum class LoopEnd {
  kBudget,     // spent, or given to other processes that are at work
  kExhausted,  // the method has nothing more to propose
  kStopped,    // by the observer; what ran is open again
};

/// `task`: study.task(), with what the evaluator can answer for. What must not be
/// asked (may_ask) is left out, whoever proposes it. Several processes may run it on one study at
/// the same time.
LoopEnd run_study(Study& study, const SearchTask& task, SearchMethod& method,
                  StudyEvaluator& evaluator, const LoopOptions& options,
                  const LoopObserver& observer);

}  // namespace dinas
