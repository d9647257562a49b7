#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/learning.h"
#include "cli/meters.h"
#include "cli/output.h"
#include "eval/statistics.h"
#include "measure/architecture_list.h"
#include "measure/run.h"

namespace dinas {
namespace {

using Options = MeasureCommandOptions;

void check(const Options& o) {
  const int lists = (o.architectures.empty() ? 0 : 1) + (o.sample != 0 ? 1 : 0) + (o.all ? 1 : 0) +
                    (o.architecture ? 1 : 0);
  if (lists != 1) {
    throw UsageError(
        "expected one of --architectures FILE, --sample N, --all and --architecture NOTATION");
  }
  if (o.sample < 0)
    throw UsageError(fmt::format("--sample must be at least 1, found {}", o.sample));
  if (o.count && *o.count < 1) {
    throw UsageError(fmt::format("--count must be at least 1, found {}", *o.count));
  }
  if (!o.where.empty() && o.architectures.empty()) {
    throw UsageError("--where chooses rows of a table: name it with --architectures");
  }
  if (o.workers < 1) {
    throw UsageError(fmt::format("--workers must be at least 1, found {}", o.workers));
  }
  if (o.architecture && !o.out.empty()) {
    throw UsageError("--architecture prints its metrics: leave --out away");
  }
  if (!o.architecture && o.out.empty()) throw UsageError("--out FILE is missing");
  if (o.workers > 1 && is_timed(o.metrics)) {
    throw UsageError(
        "a latency is measured alone: leave --workers away, or measure it in a run and a file of "
        "its own (every command joins several --table)");
  }
}

std::vector<Architecture> named(const Options& o, const std::shared_ptr<const Space>& space) {
  if (o.all) return all_architectures(*space);
  if (o.sample > 0) return sample_classes(*space, static_cast<std::size_t>(o.sample), o.seed);
  std::vector<BoundRequest> bounds;
  for (const std::string& text : o.where) bounds.push_back(parse_bound(text));
  return read_architectures(o.architectures, space, bounds);
}

std::vector<Architecture> listed(const Options& o, const std::shared_ptr<const Space>& space) {
  std::vector<Architecture> list = named(o, space);
  if (!o.exclude.empty()) leave_out_classes(list, *space, read_architectures(o.exclude, space));
  if (o.count && list.size() > static_cast<std::size_t>(*o.count)) {
    list.resize(static_cast<std::size_t>(*o.count));
  }
  if (list.empty()) throw Error("no architecture is left to be measured");
  return list;
}

// Says how far the measuring is, and what fails.
class MeasureReporter {
 public:
  MeasureReporter(const Space& space, Console& console) : space_(space), console_(console) {}

  bool operator()(const MeasureProgress& progress) {
    if (progress.failed_architecture != nullptr) {
      console_.note(
          fmt::format("{}: {}", space_.print(*progress.failed_architecture), progress.failure));
    }
    failed_ = progress.failed;
    measured_ = progress.measured;
    console_.progress(line(progress), progress.done == progress.total);
    return !Console::interrupted();
  }

  [[nodiscard]] std::size_t failed() const { return failed_; }
  [[nodiscard]] std::size_t measured() const { return measured_; }

 private:
  std::string line(const MeasureProgress& progress) const {
    const std::chrono::duration<double> seconds = Clock::now() - begin_;
    const double each = seconds.count() / static_cast<double>(progress.measured);
    const auto left = static_cast<double>(progress.total - progress.done);
    return fmt::format("measure  {} of {}  {:.3g}/min  {} left", progress.done, progress.total,
                       60.0 / each, print_duration(left * each));
  }

  using Clock = std::chrono::steady_clock;
  const Space& space_;
  Console& console_;
  Clock::time_point begin_ = Clock::now();
  std::size_t failed_ = 0;
  std::size_t measured_ = 0;
};

// Mean and 95 % interval of every column over the architectures of the list.
std::string summary(const std::vector<Architecture>& list, const RowFile& file,
                    const std::vector<std::string>& columns) {
  std::string text;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    std::vector<double> values;
    for (const Architecture& architecture : list) {
      const auto row = file.row(architecture);
      if (row && !std::isnan((*row)[column])) values.push_back((*row)[column]);
    }
    const Interval interval = mean_interval(values);
    text += fmt::format("{:<20} mean {:.6g}", columns[column], interval.mean);
    if (interval.pairs > 1) text += fmt::format(" [{:.6g}, {:.6g}]", interval.low, interval.high);
    text += fmt::format("  n {}\n", interval.pairs);
  }
  return text;
}

// Timings of one file hang on one time of the reference, whenever they were made.
void set_reference(Options& o) {
  if (!is_timed(o.metrics)) return;
  if (!o.latency_reference.empty()) {
    o.latency.reference_ms = stored_reference_ms(o.latency_reference);
    if (o.latency.reference_ms > 0.0) return;
    throw UsageError(fmt::format(
        "--latency-reference: expected a table with latencies that 'dinas measure' made and the "
        "file {0}.json beside it, found none of {0}",
        o.latency_reference));
  }
  if (!o.out.empty()) o.latency.reference_ms = stored_reference_ms(o.out);
  if (o.latency.reference_ms == 0.0)
    o.latency.reference_ms = LatencyMeter(o.latency).reference_ms();
}

void measure_file(const Options& o, const std::shared_ptr<const Space>& space, const MeterSet& set,
                  Console& console) {
  const Meters& meters = set.meters;
  check_outputs({o.out}, {o.architectures, o.exclude});
  const std::vector<Architecture> list = listed(o, space);
  RowFile file(o.out, space, columns_of(meters), set.settings);
  Console::catch_interrupts();
  MeasureReporter reporter(*space, console);
  const bool whole = measure_list(list, meters, file, static_cast<int>(o.workers),
                                  [&](const MeasureProgress& p) { return reporter(p); });
  if (reporter.failed() > 0) {
    console.note(fmt::format("{} of {} could not be measured: their cells are empty",
                             reporter.failed(), reporter.measured()));
  }
  if (!whole) {
    console.note("stopped; the same command continues " + o.out);
    throw Interrupted{};
  }
  console.note(fmt::format("wrote {}: {} architectures", o.out, list.size()));
  console.result(summary(list, file, columns_of(meters)));
}

void measure_one(const Options& o, const Space& space, const Meters& meters, Console& console) {
  const Architecture architecture = parse_architecture(space, *o.architecture);
  std::string failure;
  const std::vector<double> values = measure_one(meters, architecture, failure);
  if (!failure.empty()) throw Error(failure);
  const std::vector<std::string> names = columns_of(meters);
  nlohmann::ordered_json object;
  std::string lines;
  for (std::size_t i = 0; i < names.size(); ++i) {
    object[names[i]] = values[i];
    lines += fmt::format("{:<20} {:.6g}\n", names[i], values[i]);
  }
  console.result(o.json ? object.dump() + "\n" : lines);
}

}  // namespace

void run_measure(const MeasureCommandOptions& given, Console& console) {
  check(given);
  const auto space = find_space(given.space);
  MeasureCommandOptions options = given;
  set_reference(options);
  const MeterSet set = make_meters(options, space);
  if (options.architecture) {
    measure_one(options, *space, set.meters, console);
  } else {
    measure_file(options, space, set, console);
  }
}

}  // namespace dinas
