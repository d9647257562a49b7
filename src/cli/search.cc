#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/measure_evaluator.h"
#include "cli/study_report.h"
#include "cli/study_request.h"
#include "cli/tables.h"
#include "eval/search_task.h"
#include "search/methods.h"
#include "study/best.h"
#include "study/command_evaluator.h"
#include "study/known_evaluator.h"
#include "study/loop.h"

namespace dinas {
namespace {

void check(const SearchCommandOptions& o) {
  const auto at_least = [](const char* name, std::int64_t value, std::int64_t least) {
    if (value < least) {
      throw UsageError(fmt::format("{} must be at least {}, found {}", name, least, value));
    }
  };
  at_least("--budget", o.budget, 1);
  at_least("--batch", o.batch.value_or(1), 1);
  at_least("--workers", o.workers, 1);
  at_least("--retries", o.retries, 0);
  if (o.time_limit && !(*o.time_limit > 0.0)) {
    throw UsageError(fmt::format("--time-limit must be above 0 s, found {}", *o.time_limit));
  }
  if (!o.evaluate.empty() && !o.tables.empty()) {
    throw UsageError("--table and --evaluate both tell the metrics: give one of them");
  }
  if (o.evaluate.empty() && (o.workers > 1 || o.time_limit)) {
    throw UsageError("--workers and --time-limit are for --evaluate: leave them out");
  }
}

std::string evaluator_text(const SearchCommandOptions& o) {
  if (!o.evaluate.empty()) return "command: " + o.evaluate;
  if (!o.tables.empty()) return fmt::format("table: {}", fmt::join(o.tables, " "));
  return "space";
}

StudyDefinition continued(const SearchCommandOptions& o) {
  const Study study(o.study);
  check_agreement(study.definition(), o.study, o.definition, evaluator_text(o));
  return study.definition();
}

// What is searched, and what answers.
class Answering {
 public:
  Answering(const SearchCommandOptions& o, Console& console) {
    const bool is_new = o.study.empty() || !std::filesystem::exists(o.study);
    definition_ = is_new ? make_definition(o.definition, evaluator_text(o)) : continued(o);
    const auto space = space_of(definition_);
    if (!o.tables.empty()) {
      std::vector<std::string> names;
      for (const MetricSpec& metric : definition_.metrics) names.push_back(metric.name);
      table_.emplace(open_tables(o.tables, space, names, console));
      if (is_new) set_computed(definition_, &*table_);
    }
    task_ = task_of(definition_, space);
    if (o.evaluate.empty()) {
      KnownTask known = table_ ? table_task(task_, *table_, {}) : computed_task(task_);
      task_ = known.task;
      evaluator_ = std::make_unique<KnownEvaluator>(std::move(known));
    } else {
      list_pool(task_);
      evaluator_ = std::make_unique<CommandEvaluator>(
          space, CommandOptions{evaluation_command(o.evaluate, task_, static_cast<int>(o.workers)),
                                static_cast<std::size_t>(o.workers), o.time_limit});
    }
  }

  [[nodiscard]] const StudyDefinition& definition() const { return definition_; }
  [[nodiscard]] const SearchTask& task() const { return task_; }
  [[nodiscard]] StudyEvaluator& evaluator() { return *evaluator_; }

 private:
  StudyDefinition definition_;
  std::optional<Table> table_;
  SearchTask task_;
  std::unique_ptr<StudyEvaluator> evaluator_;
};

Study open_study(const SearchCommandOptions& o, const StudyDefinition& definition,
                 Console& console) {
  if (o.study.empty()) return Study(definition);
  if (!Study::create(o.study, definition)) {
    console.note("continuing " + o.study);
    // Another process may have created it just now.
    Study study(o.study);
    check_agreement(study.definition(), o.study, o.definition, evaluator_text(o));
    return study;
  }
  return Study(o.study);
}

void import(Study& study, const SearchCommandOptions& o, Console& console) {
  if (o.imports.empty()) return;
  Table table = load_tables(o.imports, study.task().space);
  const Study::Imported result = study.import(table);
  console.note(
      fmt::format("imported {} architectures, which the budget does not count", result.imported));
  if (result.known > 0) console.note(fmt::format("{} of the file were known", result.known));
  if (result.incomplete > 0) {
    console.note(
        fmt::format("{} rows lack a metric of the study and were left out", result.incomplete));
  }
}

// Says how far the search is, and what fails.
class SearchReporter {
 public:
  SearchReporter(Study& study, const SearchCommandOptions& o, Console& console)
      : study_(study), budget_(static_cast<std::uint64_t>(o.budget)), console_(console) {}

  bool operator()(const LoopProgress& progress) {
    if (progress.ended != nullptr) {
      ++ended_;
      note_failure(*progress.ended);
      best_ = best_text();
    }
    console_.progress(line(progress));
    return !Console::interrupted();
  }

 private:
  void note_failure(const Finished& finished) {
    constexpr int kShown = 3;
    if (!finished.answer.failure || ++failures_ > kShown) return;
    const Failure& failure = *finished.answer.failure;
    console_.note(fmt::format("evaluation {} failed: {}: {}{}", finished.ticket.id,
                              failure_name(failure.kind), failure.message,
                              failures_ == kShown ? "; further ones are not shown" : ""));
  }

  std::string best_text() {
    const History history = study_.history();
    const std::vector<std::size_t> best = best_of(study_.task(), history);
    if (best.empty()) return "none feasible yet";
    if (study_.task().objectives > 1) return fmt::format("{} on the front", best.size());
    return fmt::format("best {:.6g}", history[best[0]].values[0]);
  }

  std::string line(const LoopProgress& progress) const {
    const std::chrono::duration<double> seconds = Clock::now() - begin_;
    const std::uint64_t ended =
        progress.counts.evaluations() - progress.counts.open - progress.counts.running;
    std::string text = fmt::format("search  {} of {} evaluations", ended, budget_);
    if (!best_.empty()) text += "  " + best_;
    if (ended_ > 0) {
      const double rate = static_cast<double>(ended_) / seconds.count();
      const auto left = static_cast<double>(budget_ - std::min(budget_, ended));
      text += fmt::format("  {:.3g}/min  {} left", 60.0 * rate, print_duration(left / rate));
    }
    return text;
  }

  using Clock = std::chrono::steady_clock;
  Study& study_;
  std::uint64_t budget_;
  Console& console_;
  Clock::time_point begin_ = Clock::now();
  std::uint64_t ended_ = 0;
  int failures_ = 0;
  std::string best_;
};

void report(Study& study, LoopEnd end, const SearchCommandOptions& o, Console& console) {
  console.note(print_counts(study.counts()));
  if (end == LoopEnd::kExhausted) {
    console.note("nothing more can be asked: the search ends before its budget is spent");
  }
  console.result(o.json ? best_json(study) : print_best(study));
  if (end != LoopEnd::kStopped) return;
  console.note(o.study.empty() ? std::string("stopped; without --study nothing is kept")
                               : "stopped; the same command continues " + o.study);
  throw Interrupted{};
}

}  // namespace

void run_search(const SearchCommandOptions& options, Console& console) {
  check(options);
  Answering answering(options, console);
  const StudyDefinition& definition = answering.definition();
  std::optional<Model> model;
  if (!options.model.empty()) model = load_model(options.model);
  const auto method = make_search_method(definition.method, answering.task(), definition.seed,
                                         model ? &*model : nullptr);
  Console::catch_interrupts();
  Study study = open_study(options, definition, console);
  import(study, options, console);
  LoopOptions loop;
  loop.budget = static_cast<std::uint64_t>(options.budget);
  loop.batch = options.batch ? static_cast<std::size_t>(*options.batch) : method->batch();
  loop.retries = static_cast<std::size_t>(options.retries);
  loop.worker = {fmt::format("search {}", ::getpid()), this_process()};
  SearchReporter reporter(study, options, console);
  const LoopEnd end = run_study(study, answering.task(), *method, answering.evaluator(), loop,
                                [&](const LoopProgress& progress) { return reporter(progress); });
  report(study, end, options, console);
}

}  // namespace dinas
