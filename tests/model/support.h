// What the tests of this folder share.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "base/error.h"
#include "model/model.h"
#include "model/parameters.h"
#include "space/space.h"

namespace dinas {

/// `action` throws an Error whose text contains `phrase`.
inline void expect_error(const std::function<void()>& action, const std::string& phrase) {
  try {
    action();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find(phrase), std::string::npos)
        << "expected '" << phrase << "' in: " << e.what();
    return;
  }
  ADD_FAILURE() << "expected an Error containing '" << phrase << "'";
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  // Some file systems flush a file that is truncated and written again: 10 ms each.
  std::filesystem::remove(path);
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// A model of two metrics and three labelled rows on nasbench201, as small as the sizes allow.
inline Model small_model() {
  Model model;
  model.config.space = "nasbench201";
  model.config.metrics = {{"accuracy", Direction::kMax, MetricLevel::kClass},
                          {"latency_ms", Direction::kMin, MetricLevel::kCell}};
  model.config.denoiser = {.width = 2,
                           .layers = 1,
                           .heads = 1,
                           .feed_forward = 1,
                           .fourier = 1,
                           .condition = 1,
                           .time_input = false};
  model.config.training.seed = 18446744073709551615U;
  model.config.training.hide_classes = 0.1;
  model.config.training.tables = {"nasbench201.csv.gz"};
  model.metrics = {MetricDistribution(model.config.metrics[0], {90.5, 91.25, 10.0}),
                   MetricDistribution(model.config.metrics[1], {3.5, 1.25})};
  const auto space = find_space(model.config.space);
  const Skeleton& skeleton = space->skeleton();
  model.marginals.assign(skeleton.variables.size(), {0.1, 0.2, 0.3, 0.15, 0.25});
  model.labels = {2, {7, 3, 11}, {2, 1, 1, 0, 3, 2}};
  model.seen_classes = {3, 7, 11, 20};
  float value = -1.0F;
  for (const ParameterInfo& info : fast_parameters(model.config.denoiser, skeleton, 2)) {
    Tensor& tensor = model.weights[info.name];
    tensor.shape = info.shape;
    tensor.data.resize(static_cast<std::size_t>(element_count(info.shape)));
    for (float& entry : tensor.data) entry = value += 0.125F;
  }
  return model;
}

}  // namespace dinas
