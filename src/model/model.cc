#include "model/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.h"
#include "model/model_check.h"
#include "model/sealed_file.h"
#include "model/strict_json.h"

namespace dinas {
namespace {

constexpr std::string_view kModelFormat = "dinas-model";
constexpr std::string_view kWeights = "weights.";

std::int64_t length(std::size_t size) { return static_cast<std::int64_t>(size); }

std::string best_first_name(std::size_t metric) {
  return fmt::format("metric.{}.best_first", metric);
}

std::string marginal_name(std::size_t variable) { return fmt::format("marginal.{}", variable); }

// Hands out the tensors of a file once each, so that what is left at the end is foreign.
class Tensors {
 public:
  explicit Tensors(std::map<std::string, RawTensor> tensors) : tensors_(std::move(tensors)) {}

  // `shape`: an empty optional stands for any size.
  RawTensor take(const std::string& name, const std::vector<std::optional<std::size_t>>& shape) {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) throw Error(fmt::format("tensor '{}' is missing", name));
    RawTensor tensor = std::move(found->second);
    tensors_.erase(found);
    bool fits = tensor.shape.size() == shape.size();
    for (std::size_t d = 0; fits && d < shape.size(); ++d) {
      fits = !shape[d] || tensor.shape[d] == length(*shape[d]);
    }
    if (!fits) {
      std::string expected;
      for (const auto& size : shape) {
        expected += (expected.empty() ? "" : ", ") + (size ? std::to_string(*size) : "any");
      }
      throw Error(fmt::format("tensor '{}' has shape {}, expected [{}]", name,
                              print_shape(tensor.shape), expected));
    }
    return tensor;
  }

  TensorMap take_weights() {
    TensorMap weights;
    for (auto it = tensors_.begin(); it != tensors_.end();) {
      const auto& [name, raw] = *it;
      if (!name.starts_with(kWeights)) {
        ++it;
        continue;
      }
      weights[name.substr(kWeights.size())] = {raw.shape, float_values(raw, name)};
      it = tensors_.erase(it);
    }
    return weights;
  }

  void expect_none_left() const {
    if (tensors_.empty()) return;
    throw Error(fmt::format("tensor '{}' does not belong to the model", tensors_.begin()->first));
  }

 private:
  std::map<std::string, RawTensor> tensors_;
};

MetricDistribution read_metric(Tensors& tensors, const MetricSpec& spec, std::size_t index) {
  const std::string name = best_first_name(index);
  std::vector<double> values = double_values(tensors.take(name, {std::nullopt}), name);
  const bool finite =
      std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
  const auto worse = [&spec](double a, double b) {
    return spec.direction == Direction::kMax ? a < b : a > b;
  };
  if (values.empty() || !finite ||
      std::adjacent_find(values.begin(), values.end(), worse) != values.end()) {
    throw Error(fmt::format("tensor '{}' must hold at least one finite value of '{}', best first",
                            name, spec.name));
  }
  return MetricDistribution(spec, std::move(values));
}

LabelTable read_labels(Tensors& tensors, std::size_t metrics) {
  LabelTable labels;
  labels.metrics = metrics;
  labels.classes = u64_values(tensors.take("labels.classes", {std::nullopt}), "labels.classes");
  labels.ranks = u32_values(tensors.take("labels.ranks", {labels.rows(), metrics}), "labels.ranks");
  return labels;
}

Model read_model(SafetensorsFile file) {
  Model model;
  try {
    model.config = config_from_json(parse_strict_json(metadata_text(file, "config")));
  } catch (const Error& e) {
    throw Error(fmt::format("metadata entry 'config': {}", e.what()));
  }
  const auto space = space_of(model.config);
  Tensors tensors(std::move(file.tensors));
  for (std::size_t k = 0; k < model.config.metrics.size(); ++k) {
    model.metrics.push_back(read_metric(tensors, model.config.metrics[k], k));
  }
  const std::vector<Variable>& variables = space->skeleton().variables;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    const auto values = static_cast<std::size_t>(variables[v].size());
    model.marginals.push_back(
        double_values(tensors.take(marginal_name(v), {values}), marginal_name(v)));
  }
  model.labels = read_labels(tensors, model.metrics.size());
  model.seen_classes = u64_values(tensors.take("seen_classes", {std::nullopt}), "seen_classes");
  model.weights = tensors.take_weights();
  tensors.expect_none_left();
  check_model(model);
  return model;
}

SafetensorsFile pack(const Model& model) {
  SafetensorsFile file;
  file.metadata["config"] = print_json(to_json(model.config));
  auto& tensors = file.tensors;
  for (std::size_t k = 0; k < model.metrics.size(); ++k) {
    const std::vector<double>& values = model.metrics[k].best_first();
    tensors[best_first_name(k)] = make_tensor({length(values.size())}, values);
  }
  for (std::size_t v = 0; v < model.marginals.size(); ++v) {
    const std::vector<double>& values = model.marginals[v];
    tensors[marginal_name(v)] = make_tensor({length(values.size())}, values);
  }
  const std::int64_t rows = length(model.labels.rows());
  tensors["labels.classes"] = make_tensor({rows}, model.labels.classes);
  tensors["labels.ranks"] = make_tensor({rows, length(model.metrics.size())}, model.labels.ranks);
  tensors["seen_classes"] = make_tensor({length(model.seen_classes.size())}, model.seen_classes);
  for (const auto& [name, tensor] : model.weights) {
    tensors[std::string(kWeights) + name] = make_tensor(tensor.shape, tensor.data);
  }
  return file;
}

// The specs stand in the configuration and in the distributions; a file holds them once.
void check_specs(const Model& model) {
  const bool same = std::equal(model.metrics.begin(), model.metrics.end(),
                               model.config.metrics.begin(), model.config.metrics.end(),
                               [](const MetricDistribution& metric, const MetricSpec& spec) {
                                 return metric.spec() == spec && metric.size() > 0;
                               });
  DINAS_CHECK(same);
}

}  // namespace

void save_model(const std::string& path, const Model& model) {
  check_specs(model);
  try {
    config_from_json(to_json(model.config));
    check_model(model);
  } catch (const Error& e) {
    throw Error(fmt::format("{}: the model cannot be saved: {}", path, e.what()));
  }
  write_sealed(path, kModelFormat, pack(model));
}

Model load_model(const std::string& path) {
  SafetensorsFile file = read_sealed(path, kModelFormat);
  try {
    return read_model(std::move(file));
  } catch (const Error& e) {
    throw Error(path + ": " + e.what());
  }
}

std::string model_id(const std::string& path) {
  return metadata_text(read_sealed(path, kModelFormat), "checksum");
}

}  // namespace dinas
