#include "reproduce/protocols.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.h"

namespace dinas {
namespace {

constexpr int kOfficialEpochs = 100;
constexpr int kOfficialSteps = 500;

}  // namespace

ReproducedModel default_model(std::string name, std::vector<std::string> metrics, double seconds,
                              std::int64_t random) {
  ReproducedModel m;
  m.name = std::move(name);
  m.metrics = std::move(metrics);
  m.seconds = seconds;
  m.random = random;
  return m;
}

ReproducedModel paper_model(std::string name, std::vector<std::string> metrics, double share) {
  ReproducedModel m;
  m.name = std::move(name);
  m.profile = Profile::kPaper;
  m.metrics = std::move(metrics);
  m.class_share = share;
  m.epochs = kOfficialEpochs;
  return m;
}

Experiment experiment_of(std::string name, const ReproducedModel& model, std::string row,
                         std::vector<std::string> where, Accounting published, Accounting honest) {
  Experiment e;
  e.name = std::move(name);
  e.model = model.name;
  e.row = std::move(row);
  e.asked.where = std::move(where);
  if (model.profile == Profile::kPaper) e.size.steps = kOfficialSteps;
  e.published = std::move(published);
  e.honest = std::move(honest);
  return e;
}

// The first of `names` that the tables have.
std::string first_metric(const std::vector<std::string>& names, const HasMetric& has,
                         const BenchmarkData& data) {
  const auto found = std::ranges::find_if(names, has);
  if (found != names.end()) return *found;
  throw UsageError(
      fmt::format("the tables have no metric {}: {}", fmt::join(names, " or "), data.remedy));
}

}  // namespace dinas
