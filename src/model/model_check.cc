#include "model/model_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/error.h"
#include "model/paper_parameters.h"
#include "model/parameters.h"
#include "space/file_space.h"

namespace dinas {
namespace {

std::vector<ParameterInfo> parameter_table(const ModelConfig& config, const Skeleton& skeleton) {
  return config.profile == Profile::kFast
             ? fast_parameters(config.denoiser, skeleton, config.metrics.size())
             : paper_parameters(config.paper, skeleton, config.metrics.size());
}

void check_marginal(const std::vector<double>& marginal, int values, const std::string& name) {
  if (marginal.size() != static_cast<std::size_t>(values)) {
    throw Error(fmt::format("tensor '{}' holds {} values, but the variable has {}", name,
                            marginal.size(), values));
  }
  const auto is_share = [](double p) { return p >= 0.0 && p <= 1.0; };
  const double sum = std::accumulate(marginal.begin(), marginal.end(), 0.0);
  // Shares are quotients of counts: rounding is below 1e-15 a value.
  constexpr double kRounding = 1e-9;
  if (!std::all_of(marginal.begin(), marginal.end(), is_share) || std::abs(sum - 1.0) > kRounding) {
    throw Error(
        fmt::format("tensor '{}' must hold shares that sum to one, found the sum {}", name, sum));
  }
}

void check_labels(const Model& model) {
  const LabelTable& labels = model.labels;
  if (labels.rows() == 0 && labels.ranks.empty()) return;
  const std::size_t metrics = model.config.metrics.size();
  if (labels.metrics != metrics || labels.ranks.size() != labels.rows() * metrics) {
    throw Error(fmt::format("tensor 'labels.ranks' must hold {} rows of {} metrics, found {} ranks",
                            labels.rows(), metrics, labels.ranks.size()));
  }
  for (std::size_t row = 0; row < labels.rows(); ++row) {
    for (std::size_t k = 0; k < metrics; ++k) {
      if (labels.rank(row, k) <= model.metrics[k].size()) continue;
      throw Error(fmt::format(
          "tensor 'labels.ranks' holds the rank {} of '{}' in row {}, but the "
          "metric has {} reference values",
          labels.rank(row, k), model.config.metrics[k].name, row, model.metrics[k].size()));
    }
  }
}

void check_weight(const std::string& name, const Tensor& tensor, const ParameterInfo& info) {
  if (tensor.shape != info.shape) {
    throw Error(fmt::format("tensor 'weights.{}' has shape {}, expected {}", name,
                            print_shape(tensor.shape), print_shape(info.shape)));
  }
  if (tensor.data.size() != static_cast<std::size_t>(element_count(info.shape))) {
    throw Error(fmt::format("tensor 'weights.{}' holds {} numbers, expected shape {}", name,
                            tensor.data.size(), print_shape(info.shape)));
  }
  const auto bad = std::find_if(tensor.data.begin(), tensor.data.end(),
                                [](float value) { return !std::isfinite(value); });
  if (bad != tensor.data.end()) {
    throw Error(fmt::format("tensor 'weights.{}' must hold finite numbers, found {} at position {}",
                            name, *bad, bad - tensor.data.begin()));
  }
}

}  // namespace

std::shared_ptr<const Space> space_of(const ModelConfig& config) {
  if (!config.space_definition.empty()) {
    auto space = parse_space_file(config.space_definition, "space definition");
    if (space->name() != config.space) {
      throw Error(fmt::format("field 'space' is '{}', but its definition names '{}'", config.space,
                              space->name()));
    }
    return space;
  }
  const std::string& name = config.space;
  const std::vector<std::string> names = space_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    throw Error(
        fmt::format("field 'space' names '{}', which this dinas does not know (it knows {})", name,
                    fmt::join(names, ", ")));
  }
  return find_space(name);
}

void check_weights(const Model& model, const Space& space) {
  const std::vector<ParameterInfo> table = parameter_table(model.config, space.skeleton());
  for (const ParameterInfo& info : table) {
    const auto found = model.weights.find(info.name);
    if (found == model.weights.end()) {
      throw Error(fmt::format("tensor 'weights.{}' is missing", info.name));
    }
    check_weight(info.name, found->second, info);
  }
  for (const auto& [name, tensor] : model.weights) {
    const bool known = std::any_of(table.begin(), table.end(),
                                   [&name = name](const auto& info) { return info.name == name; });
    if (!known) throw Error(fmt::format("tensor 'weights.{}' does not belong to the model", name));
  }
}

void check_model(const Model& model) {
  const auto space = space_of(model.config);
  const Skeleton& skeleton = space->skeleton();
  if (model.marginals.size() != skeleton.variables.size()) {
    throw Error(fmt::format("the model holds marginals of {} variables, the space '{}' has {}",
                            model.marginals.size(), space->name(), skeleton.variables.size()));
  }
  for (std::size_t v = 0; v < model.marginals.size(); ++v) {
    check_marginal(model.marginals[v], skeleton.variables[v].size(), fmt::format("marginal.{}", v));
  }
  check_labels(model);
  const auto& seen = model.seen_classes;
  if (std::adjacent_find(seen.begin(), seen.end(), std::greater_equal<>()) != seen.end()) {
    throw Error("tensor 'seen_classes' must ascend strictly, and it does not");
  }
  check_weights(model, *space);
}

}  // namespace dinas
