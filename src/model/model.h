// A trained model: configuration, what it knows of its metrics and labels, and weights.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "condition/labels.h"
#include "condition/metric.h"
#include "model/config.h"
#include "model/tensor.h"

namespace dinas {

struct Model {
  ModelConfig config;
  std::vector<MetricDistribution> metrics;     // [metrics]
  std::vector<std::vector<double>> marginals;  // [variables][values] of the training graphs
  LabelTable labels;                           // empty when written with --no-labels
  std::vector<std::uint64_t>
      seen_classes;  // sorted: isomorphism classes in training, labelled or not
  TensorMap weights;

  [[nodiscard]] bool has_labels() const { return labels.rows() > 0; }
};

/// Writes one safetensors file, atomically. A content checksum in the metadata covers everything.
void save_model(const std::string& path, const Model& model);

/// Throws Error with one sentence when the file is not a dinas model, of a newer format, cut short,
/// altered (checksum), or inconsistent (tensor missing, wrong shape, unknown space, non-finite).
Model load_model(const std::string& path);

/// 16 hexadecimal digits that name the content of a model file (its checksum).
std::string model_id(const std::string& path);

}  // namespace dinas
