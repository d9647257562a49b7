// A model of any space with random weights, for tests.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "model/model.h"
#include "model/parameters.h"
#include "space/space.h"
#include "support/spaces.h"
#include "support/toy_space.h"

namespace dinas {

/// Every parameter random, those that start at zero included; scales keep logits of order one.
inline Model random_model(const DenoiserConfig& config, const Skeleton& skeleton,
                          std::size_t metrics) {
  Model model;
  model.config.denoiser = config;
  model.config.metrics.resize(metrics);
  RandomStream stream(8, Purpose::kCheck);
  for (const auto& info : fast_parameters(config, skeleton, metrics)) {
    Tensor tensor{info.shape, {}};
    const double fan = info.shape.size() == 2 ? static_cast<double>(info.shape[0]) : 4.0;
    for (std::int64_t i = 0; i < element_count(info.shape); ++i) {
      tensor.data.push_back(static_cast<float>(stream.normal() / std::sqrt(fan)));
    }
    model.weights.emplace(info.name, tensor);
  }
  return model;
}

/// The built-in spaces and the shipped space files (which end in .toml).
inline std::vector<std::string> every_space() {
  std::vector<std::string> names = space_names();
  for (const auto* file :
       {"enas.toml", "mobilenet_chain.toml", "nasbench201.toml", "nasbench_graph.toml"}) {
    names.emplace_back(file);
  }
  return names;
}

/// These, and the toy with one variable of each kind.
inline std::vector<std::string> every_space_and_toy() {
  auto names = every_space();
  names.emplace_back("toy");
  return names;
}

/// By a name of these lists.
inline std::shared_ptr<const Space> any_space(const std::string& name) {
  if (name == "toy") return std::make_shared<SkeletonSpace>(mixed_skeleton());
  return name.ends_with(".toml") ? shipped_space(name) : find_space(name);
}

/// The name of a space as part of a test's name.
inline std::string test_name(std::string name) {
  for (char& c : name) c = c == '.' || c == '-' ? '_' : c;
  return name;
}

}  // namespace dinas
