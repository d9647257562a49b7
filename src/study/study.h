// A search as a file: what was asked, what was told, what failed. docs/search.md says how it is
// used.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/task.h"
#include "study/database.h"
#include "study/definition.h"
#include "study/process.h"
#include "table/table.h"

namespace dinas {

/// Metrics by name.
using MetricValues = std::map<std::string, double>;

/// Why an evaluation brought no metrics.
struct Failure {
  enum class Kind {
    kNotStarted,     // there was no process
    kExitStatus,     // it said itself that it failed
    kSignal,         // it crashed or was killed
    kTimeLimit,      // it was killed as it took too long
    kNoAnswer,       // what it printed has no answer
    kMissingMetric,  // the answer lacks a metric
    kNotFinite,      // a metric is NaN or infinite
    kReported,       // somebody said so
  };
  Kind kind = Kind::kReported;
  std::string message;  // one sentence
  std::optional<int> exit_status{};
};
std::string_view failure_name(Failure::Kind kind);

/// May a failed architecture be evaluated again?
enum class Again { kYes, kNo };

/// Who claims an evaluation.
struct Worker {
  std::string name;
  ProcessName process;
};

/// An architecture to be evaluated by whoever claimed it.
struct Ticket {
  std::int64_t id = 0;  // the architecture's in the study
  std::int64_t attempt = 0;
  Architecture architecture;
  std::string notation;
  std::vector<std::string> wanted;  // metrics to be told
  std::size_t failures = 0;         // earlier attempts that failed
};

/// An architecture of a study.
struct StudyEntry {
  std::int64_t id = 0;
  std::string notation;
  std::string origin;  // who asked for it
  std::string state;   // open, running, done, inherited or failed
  Observation observation;
};

struct StudyCounts {
  std::uint64_t open = 0;
  std::uint64_t running = 0;
  std::uint64_t done = 0;
  std::uint64_t inherited = 0;  // known from twins alone
  std::uint64_t failed = 0;
  std::uint64_t imported = 0;  // of those that are done
  /// What a budget counts: all but the imported and inherited ones, whether their evaluation has
  /// ended or not; retries of one architecture are one evaluation.
  [[nodiscard]] std::uint64_t evaluations() const {
    return open + running + done + failed - imported;
  }
};

struct StudyAttempt {
  std::int64_t id = 0;  // the architecture's
  std::string notation;
  std::string worker;
  double started = 0.0;           // seconds since 1970
  std::optional<double> ended{};  // nullopt: running
  std::string outcome;            // done, lost, stopped or failure_name; empty: running
  std::string message;
  std::optional<int> exit_status{};
};

/// A model that a method trained, or another step in which it learnt.
struct Generation {
  std::uint64_t labels = 0;
  double seconds = 0.0;
  std::string note;
};

/// Every change is one transaction and on the disk when its function returns; any number of
/// processes may have one study open. Everything throws Error for a file that is damaged, locked
/// or on a full disk.
class Study {
 public:
  /// A new file; false where one of that name exists. `definition`: objectives not empty, names
  /// distinct.
  static bool create(const std::string& path, const StudyDefinition& definition);
  explicit Study(const std::string& path);
  /// A study that is kept in memory only.
  explicit Study(const StudyDefinition& definition);

  [[nodiscard]] const StudyDefinition& definition() const { return definition_; }
  /// task_of(definition()).
  [[nodiscard]] const SearchTask& task() const { return task_; }
  [[nodiscard]] const Space& space() const { return *task_.space; }

  /// In the order in which they were asked.
  std::vector<StudyEntry> entries();
  History history();
  StudyCounts counts();
  std::vector<StudyAttempt> attempts();
  std::vector<Generation> generations();

  /// Asks for those architectures that it does not have, as long as counts().evaluations() is
  /// below `budget`. Those whose every metric twins tell are done at once and cost nothing.
  struct Added {
    std::size_t added = 0;
    std::size_t known = 0;        // had been asked before
    std::size_t over_budget = 0;  // left out
  };
  Added add(std::span<const Architecture> architectures, std::string_view origin,
            std::uint64_t budget = ~std::uint64_t{0});

  /// Metrics of rows that have all that are to be told; what is known already stays.
  struct Imported {
    std::size_t imported = 0;
    std::size_t known = 0;       // was done already
    std::size_t incomplete = 0;  // rows that lack a metric: left out
  };
  Imported import(Table& table);

  /// The next open architecture, the least often failed ones first; no two calls, of whatever
  /// processes, return the same. One whose twin is being evaluated waits where twins share
  /// metrics. Claims of processes that have ended, or whose `lease` (seconds) is over, open again.
  std::optional<Ticket> claim(const Worker& worker, std::optional<double> lease = std::nullopt);
  /// Opens the claims of processes that have ended, as claim does.
  void release_ended();
  /// Extends every lease of the worker to `lease` seconds from now.
  void renew(const Worker& worker, double lease);
  /// Gives a claim back as if it had not been made.
  void release(const Ticket& ticket);

  /// Metrics of an architecture: all that are wanted, other names of the definition are welcome.
  /// False where somebody told or failed it before: that stays. Throws UsageError for a name that
  /// the study does not have, a wanted one that is missing and a value that is not finite. `note`
  /// is kept with the attempt.
  bool tell(const Ticket& ticket, const MetricValues& values, std::string_view note = "");
  bool fail(const Ticket& ticket, const Failure& failure, Again again);

  /// An architecture's ticket whoever claimed it, or nobody (attempt 0). Throws UsageError where
  /// there is no such architecture or it is done.
  Ticket ticket(std::int64_t id);

  void add_generation(const Generation& generation);

 private:
  Architecture parse(const std::string& notation, std::int64_t id);
  std::vector<std::string> wanted(std::int64_t id, std::int64_t canonical_class);
  bool insert(const Architecture& architecture, std::string_view origin);
  void check_values(const Ticket& ticket, const MetricValues& values) const;
  void store_values(std::int64_t id, const MetricValues& values);
  void settle_twins(std::int64_t id);
  void open_ended_claims();
  void set_state(std::int64_t id, std::string_view state);
  bool is_settled(std::int64_t id);
  bool holds(const Ticket& ticket);
  void end_attempt(std::int64_t attempt, std::string_view outcome, std::string_view message,
                   std::optional<std::int64_t> exit_status = std::nullopt);
  void fill_values(std::vector<StudyEntry>& entries, const std::vector<std::int64_t>& classes);

  std::unique_ptr<Database> database_;
  StudyDefinition definition_;
  SearchTask task_;
  bool twins_share_ = false;  // is there a metric of class level to be told?
  std::map<std::int64_t, Architecture> parsed_;
};

}  // namespace dinas
