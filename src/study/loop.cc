#include "study/loop.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.h"
#include "baseline/candidates.h"

namespace dinas {
namespace {

using Clock = std::chrono::steady_clock;

// Who has not renewed a claim for that long is taken for dead, where nothing else can tell.
constexpr double kLeaseSeconds = 3600.0;
constexpr std::chrono::seconds kRenewal(60);
constexpr double kWaitSeconds = 0.2;

class Loop {
 public:
  Loop(Study& study, const SearchTask& task, SearchMethod& method, StudyEvaluator& evaluator,
       const LoopOptions& options, const LoopObserver& observer)
      : study_(study),
        task_(task),
        method_(method),
        evaluator_(evaluator),
        options_(options),
        observer_(observer) {}

  LoopEnd run() {
    for (bool go_on = observe(nullptr); go_on;) {
      start_all();
      if (running_ == 0) return fruitless_ ? LoopEnd::kExhausted : LoopEnd::kBudget;
      const std::vector<Finished> finished = evaluator_.wait(kWaitSeconds);
      for (const Finished& f : finished) record(f);
      renew();
      if (finished.empty()) go_on = observe(nullptr);
      for (const Finished& f : finished) go_on = observe(&f) && go_on;
    }
    for (const Ticket& ticket : evaluator_.stop()) study_.release(ticket);
    return LoopEnd::kStopped;
  }

 private:
  bool observe(const Finished* ended) { return observer_({study_.counts(), running_, ended}); }

  void start_all() {
    study_.release_ended();  // they would count as under way
    while (running_ < evaluator_.workers()) {
      const StudyCounts counts = study_.counts();
      if (counts.evaluations() - counts.open >= options_.budget) return;
      auto ticket = study_.claim(options_.worker, kLeaseSeconds);
      if (ticket) {
        evaluator_.start(std::move(*ticket));
        ++running_;
      } else if (!ask(counts)) {
        return;
      }
    }
  }

  // False where nothing new can be asked before an evaluation has ended.
  bool ask(const StudyCounts& counts) {
    if (fruitless_ || counts.evaluations() >= options_.budget) return false;
    const History history = study_.history();
    const auto count =
        std::min<std::uint64_t>(options_.batch, options_.budget - counts.evaluations());
    const auto begin = Clock::now();
    std::vector<Architecture> proposals = method_.propose(history, count);
    const std::chrono::duration<double> seconds = Clock::now() - begin;
    std::erase_if(proposals, [&](const Architecture& a) { return !may_ask(task_, a); });
    study_.add_generation({labels(history), seconds.count(), std::string(method_.name())});
    const Study::Added added = study_.add(proposals, method_.name(), options_.budget);
    // Where others asked for the same in the meantime, the next call knows it.
    const bool overtaken = added.known > 0 && study_.history().size() > history.size();
    fruitless_ = added.added == 0 && added.over_budget == 0 && !overtaken;
    return !fruitless_;
  }

  static std::uint64_t labels(const History& history) {
    return static_cast<std::uint64_t>(
        std::ranges::count(history, Observation::State::kDone, &Observation::state));
  }

  void record(const Finished& finished) {
    --running_;
    fruitless_ = false;
    const Ticket& ticket = finished.ticket;
    if (finished.answer.failure) {
      const bool again = ticket.failures < options_.retries;
      study_.fail(ticket, *finished.answer.failure, again ? Again::kYes : Again::kNo);
    } else {
      study_.tell(ticket, finished.answer.values, finished.answer.note);
    }
  }

  void renew() {
    if (Clock::now() - renewed_ < kRenewal) return;
    study_.renew(options_.worker, kLeaseSeconds);
    renewed_ = Clock::now();
  }

  Study& study_;
  const SearchTask& task_;
  SearchMethod& method_;
  StudyEvaluator& evaluator_;
  const LoopOptions& options_;
  const LoopObserver& observer_;
  std::size_t running_ = 0;
  bool fruitless_ = false;  // the method had nothing since the last evaluation ended
  Clock::time_point renewed_ = Clock::now();
};

}  // namespace

LoopEnd run_study(Study& study, const SearchTask& task, SearchMethod& method,
                  StudyEvaluator& evaluator, const LoopOptions& options,
                  const LoopObserver& observer) {
  DINAS_CHECK(options.batch >= 1);
  return Loop(study, task, method, evaluator, options, observer).run();
}

}  // namespace dinas
