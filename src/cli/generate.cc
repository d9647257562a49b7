#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "cli/architecture_writer.h"
#include "cli/commands.h"
#include "cli/known_metrics.h"
#include "cli/output.h"
#include "cli/request.h"
#include "cli/tables.h"
#include "eval/ranking.h"
#include "model/model_check.h"

namespace dinas {
namespace {

// Filters and invalid samples make it draw in rounds; this many rounds without a find end it.
constexpr int kFruitlessRounds = 20;
constexpr std::uint64_t kSmallestFilteredRound = 256;
constexpr std::uint64_t kItems = std::numeric_limits<std::uint32_t>::max();

// What an architecture has to pass beside being valid.
class Filter {
 public:
  Filter(const GenerateOptions& options, const Model& model, const Space& space,
         const std::vector<Bound>& bounds, const KnownMetrics& known, Console& console)
      : unique_(options.unique),
        unique_classes_(options.unique && measures_classes(model, space)),
        model_(model),
        space_(space),
        known_(known) {
    if (!options.guarantee) return;
    for (const Bound& bound : bounds) {
      if (known.can_tell(bound.metric)) {
        guaranteed_.push_back(bound);
      } else {
        console.note(fmt::format(
            "'{}' cannot be checked: no table given has it and the space cannot compute it",
            bound.text));
      }
    }
    if (guaranteed_.empty()) {
      throw UsageError(
          "--guarantee needs a bound that can be checked: give --where, and --table with a file "
          "that has its metric");
    }
  }

  /// Is more to be drawn than is wanted, as some will be refused?
  [[nodiscard]] bool active() const { return unique_ || !guaranteed_.empty() || degenerate_ > 0; }
  [[nodiscard]] std::uint64_t degenerate() const { return degenerate_; }

  bool accept(const Architecture& architecture) {
    if (space_.is_degenerate(architecture)) {
      ++degenerate_;
      return false;
    }
    for (const Bound& b : guaranteed_) {
      const double value = known_.value(b.metric, architecture);
      if (!keeps(b, model_.metrics[b.metric], value)) return false;
    }
    if (unique_classes_) return classes_.insert(space_.canonical_class(architecture)).second;
    return !unique_ || seen_.insert(architecture).second;
  }

 private:
  bool unique_;
  bool unique_classes_;
  const Model& model_;
  const Space& space_;
  const KnownMetrics& known_;
  std::uint64_t degenerate_ = 0;
  std::vector<Bound> guaranteed_;
  std::set<Architecture> seen_;
  std::set<std::uint64_t> classes_;
};

// Draws until enough architectures pass the filter.
class Collector {
 public:
  Collector(const Generator& generator, Filter& filter, std::uint64_t wanted)
      : generator_(generator), filter_(filter), wanted_(wanted) {}

  void collect(const Condition& condition, SampleOptions sample, Console& console) {
    int fruitless = 0;
    while (found_.size() < wanted_ && fruitless < kFruitlessRounds && !Console::interrupted()) {
      const std::uint64_t missing = wanted_ - found_.size();
      const std::uint64_t round =
          filter_.active() ? std::max(missing, kSmallestFilteredRound) : missing;
      if (round > kItems - drawn_) break;
      sample.count = round;
      sample.first_item = static_cast<std::uint32_t>(drawn_);
      const std::size_t before = found_.size();
      add(generator_.draw(condition, sample, [&](std::size_t done) {
        console.progress(fmt::format("drew {}, found {} of {}", drawn_ + done, before, wanted_));
        return !Console::interrupted();
      }));
      fruitless = found_.size() == before ? fruitless + 1 : 0;
    }
  }

  [[nodiscard]] const std::vector<Found>& found() const { return found_; }
  [[nodiscard]] std::vector<Found>& found() { return found_; }
  [[nodiscard]] std::uint64_t drawn() const { return drawn_; }
  [[nodiscard]] std::uint64_t projected() const { return projected_; }
  [[nodiscard]] std::uint64_t rejected() const { return rejected_; }

 private:
  void add(Generator::Result result) {
    projected_ += result.projected;
    rejected_ += result.rejected;
    for (std::size_t i = 0; i < result.architectures.size() && found_.size() < wanted_; ++i) {
      if (!filter_.accept(result.architectures[i])) continue;
      Found found;
      found.architecture = std::move(result.architectures[i]);
      if (result.rejected == 0) found.item = drawn_ + i;
      found_.push_back(std::move(found));
    }
    drawn_ += result.architectures.size() + result.rejected;
  }

  const Generator& generator_;
  Filter& filter_;
  std::uint64_t wanted_;
  std::vector<Found> found_;
  std::uint64_t drawn_ = 0;
  std::uint64_t projected_ = 0;
  std::uint64_t rejected_ = 0;
};

void check(const GenerateOptions& options) {
  if (options.count < 1 || static_cast<std::uint64_t>(options.count) > kItems) {
    throw UsageError(fmt::format("--count must be from 1 to {}, found {}", kItems, options.count));
  }
  std::vector<std::string> inputs = options.tables;
  inputs.push_back(options.sampling.model);
  check_outputs({options.out}, inputs);
}

// Highest merit first, ties in the order found. A cell that was found often is judged once.
void rank(std::vector<Found>& found, const Ranking& ranking) {
  std::map<Architecture, std::size_t> places;
  for (const Found& f : found) places.try_emplace(f.architecture, 0);
  std::vector<Architecture> candidates;
  for (auto& [architecture, place] : places) {
    place = candidates.size();
    candidates.push_back(architecture);
  }
  const std::vector<Ranking::Worth> worth = ranking.judge(candidates);
  const auto of = [&](const Found& f) -> const Ranking::Worth& {
    return worth[places.at(f.architecture)];
  };
  std::ranges::stable_sort(found, std::greater<>(), [&](const Found& f) { return of(f).merit; });
  for (Found& f : found) f.expected = of(f).expected;
}

void write(const std::string& text, const GenerateOptions& options, std::size_t count,
           Console& console) {
  if (options.out.empty()) {
    console.result(text);
    return;
  }
  write_file(options.out, text);
  console.note(
      fmt::format("wrote {} architecture{} to {}", count, count == 1 ? "" : "s", options.out));
}

// What was found has been written; says what is missing.
void report_shortfall(const Collector& collector, const Filter& filter, std::int64_t wanted,
                      Console& console) {
  if (collector.projected() > 0) {
    console.note(fmt::format("{} of {} samples were kept inside the space by its rules",
                             collector.projected(), collector.drawn()));
  }
  if (filter.degenerate() > 0) {
    console.note(fmt::format("{} of {} samples connect no input with the output and were left out",
                             filter.degenerate(), collector.drawn()));
  }
  if (collector.rejected() > 0) {
    console.note(fmt::format("{} of {} samples were not valid and were left out",
                             collector.rejected(), collector.drawn()));
  }
  if (collector.found().size() == static_cast<std::size_t>(wanted)) return;
  const std::string text = fmt::format("only {} of {} architectures found in {} draws",
                                       collector.found().size(), wanted, collector.drawn());
  if (Console::interrupted()) {
    console.note("stopped: " + text);
    throw Interrupted{};
  }
  throw Error(text + "; loosen the bounds or ask for fewer");
}

}  // namespace

void run_generate(const GenerateOptions& options, Runtime& runtime, Console& console) {
  check(options);
  const ArchitectureFormat format = parse_architecture_format(options.format);
  const Model model = load_model(options.sampling.model);
  const auto space = space_of(model.config);
  const SampleOptions sample = sample_options(options.sampling, model);
  const std::vector<Bound> bounds =
      resolve_bounds(parse_bounds(options.sampling.where), model.metrics);
  const auto generator = make_generator(runtime, model, options.sampling.dtype);
  std::optional<Criterion> criterion;
  if (!options.rank.empty()) criterion = parse_criterion(options.rank, model);
  std::vector<std::string> columns;
  if (criterion && !options.tables.empty()) columns.push_back(criterion->metric);
  const KnownMetrics known(model, space, options.tables, columns, console);
  std::optional<Ranking> ranking;
  if (criterion) ranking.emplace(*criterion, bounds, model, *space, known.table());
  note_assumed_direction(options.rank, model, console);
  Filter filter(options, model, *space, bounds, known, console);
  state_satisfiability(bounds, model, *space, console);

  Console::catch_interrupts();
  Collector collector(*generator, filter, static_cast<std::uint64_t>(options.count));
  collector.collect(make_condition(bounds, model.metrics.size()), sample, console);
  if (ranking) rank(collector.found(), *ranking);
  const ArchitectureWriter writer(model, *space, bounds, known, model_id(options.sampling.model),
                                  options.sampling.seed,
                                  ranking ? ranking->metrics() : std::vector<std::string>{});
  write(writer.print(collector.found(), format), options, collector.found().size(), console);
  report_shortfall(collector, filter, options.count, console);
}

}  // namespace dinas
