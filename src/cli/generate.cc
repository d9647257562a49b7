#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/request.h"
#include "cli/tables.h"

namespace dinas {
namespace {

enum class Format { kJsonl, kCsv, kText };

Format parse_format(const std::string& text) {
  if (text == "jsonl") return Format::kJsonl;
  if (text == "csv") return Format::kCsv;
  if (text == "text") return Format::kText;
  throw UsageError("unknown format '" + text + "': expected jsonl, csv or text");
}

// Draws in vain before --unique and --guarantee give up: this many rounds without a new find.
constexpr int kFruitlessRounds = 20;
constexpr std::uint64_t kSmallestRound = 256;

// The true metrics of an architecture, from a table or computed by the space.
class KnownMetrics {
 public:
  KnownMetrics(const Model& model, const Space& space, const std::vector<std::string>& tables,
               Console& console)
      : model_(model), space_(space) {
    if (!tables.empty()) table_.emplace(open_tables(tables, find_space(space.name()), {}, console));
  }

  /// NaN where it is not known.
  [[nodiscard]] double value(std::size_t metric, const Architecture& architecture) const {
    const std::string& name = model_.metrics[metric].spec().name;
    if (table_) {
      const auto row = table_->find(architecture);
      const Column* column = table_->find_column(name);
      if (row && column != nullptr && !std::isnan(column->values[*row]))
        return column->values[*row];
    }
    const auto& computed = space_.computed_metrics();
    for (std::size_t i = 0; i < computed.size(); ++i) {
      if (computed[i].name == name) return space_.compute(i, architecture);
    }
    return std::numeric_limits<double>::quiet_NaN();
  }

 private:
  const Model& model_;
  const Space& space_;
  std::optional<Table> table_;
};

struct Found {
  std::uint64_t item = 0;  // its number in the random streams: draw it again with --seed and this
  Architecture architecture;
};

class Writer {
 public:
  Writer(Format format, const Model& model, const Space& space, const std::vector<Bound>& bounds,
         const KnownMetrics& known, std::string id, std::uint64_t seed)
      : format_(format),
        model_(model),
        space_(space),
        bounds_(bounds),
        known_(known),
        id_(std::move(id)),
        seed_(seed) {}

  [[nodiscard]] std::string print(const std::vector<Found>& found) const {
    std::string text = format_ == Format::kCsv ? csv_header() : "";
    for (const Found& f : found) {
      const std::string notation = space_.print(f.architecture);
      if (format_ == Format::kText) text += notation + "\n";
      if (format_ == Format::kCsv) text += csv_line(f, notation);
      if (format_ == Format::kJsonl) text += json_line(f, notation) + "\n";
    }
    return text;
  }

 private:
  [[nodiscard]] std::string csv_header() const {
    std::vector<std::string> columns{"architecture"};
    for (const MetricDistribution& m : model_.metrics) columns.push_back(m.spec().name);
    for (const Bound& b : bounds_)
      columns.push_back("keeps_" + model_.metrics[b.metric].spec().name);
    return fmt::format("{}\n", fmt::join(columns, ","));
  }

  [[nodiscard]] std::string csv_line(const Found& f, const std::string& notation) const {
    std::vector<std::string> fields{notation};
    for (std::size_t k = 0; k < model_.metrics.size(); ++k) {
      const double value = known_.value(k, f.architecture);
      fields.push_back(std::isnan(value) ? "" : fmt::format("{}", value));
    }
    for (const Bound& b : bounds_) {
      const double value = known_.value(b.metric, f.architecture);
      fields.push_back(std::isnan(value)                           ? ""
                       : keeps(b, model_.metrics[b.metric], value) ? "1"
                                                                   : "0");
    }
    return fmt::format("{}\n", fmt::join(fields, ","));
  }

  [[nodiscard]] std::string json_line(const Found& f, const std::string& notation) const {
    const Space::NamedGraph graph = space_.graph(f.architecture);
    nlohmann::ordered_json line = {{"architecture", notation},
                                   {"space", space_.name()},
                                   {"graph", {{"nodes", graph.labels}, {"edges", graph.edges}}}};
    line["metrics"] = nlohmann::ordered_json::object();
    for (std::size_t k = 0; k < model_.metrics.size(); ++k) {
      const double value = known_.value(k, f.architecture);
      if (!std::isnan(value)) line["metrics"][model_.metrics[k].spec().name] = value;
    }
    line["bounds"] = nlohmann::ordered_json::array();
    for (const Bound& b : bounds_) {
      const double value = known_.value(b.metric, f.architecture);
      nlohmann::ordered_json bound = {{"where", b.text}, {"kept", nullptr}};
      if (!std::isnan(value)) bound["kept"] = keeps(b, model_.metrics[b.metric], value);
      line["bounds"].push_back(bound);
    }
    line["seed"] = seed_;
    line["item"] = f.item;
    line["model"] = id_;
    return line.dump();
  }

  Format format_;
  const Model& model_;
  const Space& space_;
  const std::vector<Bound>& bounds_;
  const KnownMetrics& known_;
  std::string id_;
  std::uint64_t seed_;
};

// Draws until enough architectures pass the filters.
class Collector {
 public:
  Collector(const Generator& generator, const GenerateOptions& options, const Model& model,
            const std::vector<Bound>& bounds, const KnownMetrics& known)
      : generator_(generator), options_(options), model_(model), bounds_(bounds), known_(known) {}

  std::vector<Found> collect(SampleOptions sample, Console& console) {
    const auto wanted = static_cast<std::uint64_t>(options_.count);
    const bool filtered = options_.unique || options_.guarantee;
    const Condition condition = make_condition(bounds_, model_.metrics.size());
    int fruitless = 0;
    while (found_.size() < wanted && fruitless < kFruitlessRounds && !Console::interrupted()) {
      const std::uint64_t missing = wanted - found_.size();
      sample.count = filtered ? std::max(missing, kSmallestRound) : missing;
      sample.first_item = static_cast<std::uint32_t>(drawn_);
      const std::size_t before = found_.size();
      const auto result = generator_.draw(condition, sample, [&](std::size_t done) {
        if (wanted >= 10000)
          console.progress(
              fmt::format("generate {} of {}", std::min(found_.size() + done, wanted), wanted));
        return !Console::interrupted();
      });
      invalid_ += result.invalid;
      for (std::size_t i = 0; i < result.architectures.size() && found_.size() < wanted; ++i) {
        if (accept(result.architectures[i]))
          found_.push_back({drawn_ + i, result.architectures[i]});
      }
      drawn_ += sample.count;
      fruitless = found_.size() == before ? fruitless + 1 : 0;
      if (drawn_ + std::max(missing, kSmallestRound) > std::numeric_limits<std::uint32_t>::max())
        break;
    }
    return std::move(found_);
  }

  [[nodiscard]] std::uint64_t drawn() const { return drawn_; }
  [[nodiscard]] std::uint64_t invalid() const { return invalid_; }

 private:
  bool accept(const Architecture& architecture) {
    if (options_.guarantee) {
      for (const Bound& b : bounds_) {
        const double value = known_.value(b.metric, architecture);
        // A bound on a metric that nothing here can tell is not checkable; all others must hold.
        if (checkable(b) && !keeps(b, model_.metrics[b.metric], value)) return false;
      }
    }
    return !options_.unique || seen_.insert(architecture).second;
  }

  // With --guarantee at least one architecture's value of the metric must be obtainable.
  [[nodiscard]] bool checkable(const Bound& bound) const {
    return !options_.tables.empty() ||
           !std::isnan(known_.value(
               bound.metric,
               Architecture(find_space(model_.config.space)->skeleton().variables.size(), 0)));
  }

  const Generator& generator_;
  const GenerateOptions& options_;
  const Model& model_;
  const std::vector<Bound>& bounds_;
  const KnownMetrics& known_;
  std::vector<Found> found_;
  std::set<Architecture> seen_;
  std::uint64_t drawn_ = 0;
  std::uint64_t invalid_ = 0;
};

}  // namespace

void run_generate(const GenerateOptions& options, Runtime& runtime, Console& console) {
  if (options.count < 1)
    throw UsageError(fmt::format("--count must be at least 1, found {}", options.count));
  if (options.count > std::numeric_limits<std::uint32_t>::max())
    throw UsageError("--count must be below 2^32");
  const Format format = parse_format(options.format);
  const auto requests = parse_bounds(options.sampling.where);
  const Model model = load_model(options.sampling.model);
  const auto space = find_space(model.config.space);
  const SampleOptions sample = sample_options(options.sampling, model);
  const std::vector<Bound> bounds = model_bounds(requests, model);
  state_satisfiability(bounds, model, *space, console);
  const auto generator = make_generator(runtime, model);
  const KnownMetrics known(model, *space, options.tables, console);

  Console::catch_interrupts();
  Collector collector(*generator, options, model, bounds, known);
  const std::vector<Found> found = collector.collect(sample, console);
  const Writer writer(format, model, *space, bounds, known, model_id(options.sampling.model),
                      options.sampling.seed);
  const std::string text = writer.print(found);
  if (options.out.empty()) {
    console.result(text);
  } else {
    write_file(options.out, text);
    console.note(fmt::format("wrote {} architectures to {}", found.size(), options.out));
  }
  if (collector.invalid() > 0) {
    console.note(fmt::format("{} of {} samples were not valid and were left out",
                             collector.invalid(), collector.drawn()));
  }
  if (found.size() < static_cast<std::size_t>(options.count) &&
      !(collector.invalid() > 0 && !options.unique && !options.guarantee)) {
    throw Error(fmt::format(
        "only {} of {} architectures found in {} draws{}", found.size(), options.count,
        collector.drawn(),
        Console::interrupted() ? " (stopped)" : "; loosen the bounds or ask for fewer"));
  }
}

}  // namespace dinas
