#include "cli/architecture_writer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "table/csv.h"

namespace dinas {

using Json = nlohmann::ordered_json;

ArchitectureFormat parse_architecture_format(std::string_view text) {
  if (text == "jsonl") return ArchitectureFormat::kJsonl;
  if (text == "csv") return ArchitectureFormat::kCsv;
  if (text == "text") return ArchitectureFormat::kText;
  throw UsageError(fmt::format("unknown format '{}': expected jsonl, csv or text", text));
}

ArchitectureWriter::ArchitectureWriter(const Model& model, const Space& space,
                                       const std::vector<Bound>& bounds, const KnownMetrics& known,
                                       std::string model_id, std::uint64_t seed,
                                       std::vector<std::string> expected)
    : model_(model),
      space_(space),
      bounds_(bounds),
      known_(known),
      model_id_(std::move(model_id)),
      seed_(seed),
      expected_(std::move(expected)) {}

std::string ArchitectureWriter::print(const std::vector<Found>& found,
                                      ArchitectureFormat format) const {
  std::string text = format == ArchitectureFormat::kCsv ? csv_header() : "";
  for (const Found& f : found) {
    switch (format) {
      case ArchitectureFormat::kJsonl:
        text += json_line(f);
        break;
      case ArchitectureFormat::kCsv:
        text += csv_line(f);
        break;
      case ArchitectureFormat::kText:
        text += space_.print(f.architecture);
        break;
    }
    text += "\n";
  }
  return text;
}

std::string ArchitectureWriter::csv_header() const {
  std::vector<std::string> columns{"architecture"};
  for (const MetricDistribution& m : model_.metrics) columns.push_back(m.spec().name);
  for (const Bound& b : bounds_) columns.push_back("keeps_" + model_.metrics[b.metric].spec().name);
  for (const std::string& name : expected_) columns.push_back("expected_" + name);
  return fmt::format("{}\n", fmt::join(columns, ","));
}

std::string ArchitectureWriter::csv_line(const Found& found) const {
  const Architecture& architecture = found.architecture;
  std::vector<std::string> fields{csv_field(space_.print(architecture))};
  for (std::size_t k = 0; k < model_.metrics.size(); ++k) {
    fields.push_back(csv_field(known_.value(k, architecture)));
  }
  for (const Bound& b : bounds_) {
    const std::optional<bool> answer = kept(b, architecture);
    fields.push_back(answer ? fmt::format("{:d}", *answer) : "");
  }
  for (const double value : found.expected) fields.push_back(csv_field(value));
  return fmt::format("{}", fmt::join(fields, ","));
}

std::string ArchitectureWriter::json_line(const Found& found) const {
  const Space::NamedGraph graph = space_.graph(found.architecture);
  Json line = {{"architecture", space_.print(found.architecture)},
               {"space", space_.name()},
               {"graph", {{"nodes", graph.labels}, {"edges", graph.edges}}}};
  line["metrics"] = Json::object();
  for (std::size_t k = 0; k < model_.metrics.size(); ++k) {
    const double value = known_.value(k, found.architecture);
    if (!std::isnan(value)) line["metrics"][model_.metrics[k].spec().name] = value;
  }
  line["bounds"] = Json::array();
  for (const Bound& b : bounds_) {
    const std::optional<bool> answer = kept(b, found.architecture);
    line["bounds"].push_back({{"where", b.text}, {"kept", answer ? Json(*answer) : Json()}});
  }
  for (std::size_t i = 0; i < expected_.size(); ++i) {
    line["expected"][expected_[i]] = found.expected[i];
  }
  line["seed"] = seed_;
  line["item"] = found.item ? Json(*found.item) : Json();
  line["model"] = model_id_;
  return line.dump();
}

std::optional<bool> ArchitectureWriter::kept(const Bound& bound,
                                             const Architecture& architecture) const {
  const double value = known_.value(bound.metric, architecture);
  if (std::isnan(value)) return std::nullopt;
  return keeps(bound, model_.metrics[bound.metric], value);
}

}  // namespace dinas
