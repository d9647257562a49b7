// The user's own program as the evaluator: docs/search.md says what it is given and must print.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "study/child.h"
#include "study/evaluator.h"

namespace dinas {

struct CommandOptions {
  std::string command;  // for /bin/sh; {arch} becomes the quoted notation
  std::size_t workers = 1;
  std::optional<double> time_limit{};  // seconds an evaluation
};

/// One process group an evaluation; what it does wrong becomes a Failure.
class CommandEvaluator : public StudyEvaluator {
 public:
  /// Throws UsageError for a command that check_command refuses.
  CommandEvaluator(std::shared_ptr<const Space> space, CommandOptions options);

  [[nodiscard]] std::size_t workers() const override { return options_.workers; }
  void start(Ticket ticket) override;
  /// Returns early, with nothing, when a signal arrives.
  std::vector<Finished> wait(double seconds) override;
  std::vector<Ticket> stop() override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Running {
    Ticket ticket;
    Child child;
    std::optional<Clock::time_point> deadline;
  };

  void wait_for_events(double seconds);
  [[nodiscard]] Answer finish(Running& running, bool too_late) const;

  std::shared_ptr<const Space> space_;
  CommandOptions options_;
  std::list<Running> running_;
  std::vector<Finished> not_started_;
};

/// {"architecture": ..., "graph": {"nodes": ..., "edges": ...}, "metrics": [...]} and a newline.
std::string question_of(const Space& space, const Ticket& ticket);

}  // namespace dinas
