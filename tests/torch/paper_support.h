// A small training set and network for the tests of the paper profile.
#pragma once

#include <memory>
#include <vector>

#include "model/model.h"
#include "model/paper_initialise.h"
#include "model/paper_parameters.h"
#include "space/nasbench201.h"
#include "torch/paper_graph.h"
#include "train/options.h"
#include "train/training_set.h"

namespace dinas {

inline PaperConfig small_paper() {
  PaperConfig config;
  config.layers = 2;
  config.node_hidden = 16;
  config.edge_hidden = 8;
  config.global_hidden = 8;
  config.heads = 4;
  config.node_feed_forward = 16;
  config.edge_feed_forward = 8;
  config.global_feed_forward = 8;
  config.batch = 8;
  config.class_shares = {0.25};
  return config;
}

inline std::vector<std::vector<double>> empirical_marginals(
    const Skeleton& skeleton, const std::vector<Architecture>& architectures) {
  std::vector<std::vector<double>> marginals;
  for (std::size_t v = 0; v < skeleton.variables.size(); ++v) {
    std::vector<double> m(static_cast<std::size_t>(skeleton.variables[v].size()), 0.0);
    for (const Architecture& a : architectures) m[a[v]] += 1.0;
    for (double& share : m) share /= static_cast<double>(architectures.size());
    marginals.push_back(m);
  }
  return marginals;
}

// `count` cells of NAS-Bench-201, the first `labelled` with `metrics` metrics; on metric m row r
// has the value r (lower is better) for even m and -r for odd m.
inline TrainingSet small_training_set(std::size_t count, std::size_t labelled,
                                      std::size_t metrics) {
  TrainingSet data;
  data.space = make_nasbench201();
  for (std::size_t r = 0; r < count; ++r) {
    data.architectures.push_back(nth_architecture(data.space->skeleton(), (r * 997 + 11) % 15625));
  }
  data.labelled = labelled;
  data.evaluated = data.labelled;
  data.labels.metrics = metrics;
  for (std::size_t m = 0; m < metrics; ++m) {
    std::vector<double> values;
    for (std::size_t r = 0; r < labelled; ++r) {
      values.push_back(m % 2 == 0 ? static_cast<double>(r) : -static_cast<double>(r));
    }
    data.metrics.emplace_back(
        MetricSpec{"metric" + std::to_string(m), Direction::kMin, MetricLevel::kCell}, values);
  }
  for (std::size_t r = 0; r < labelled; ++r) {
    data.labels.classes.push_back(r);
    for (std::size_t m = 0; m < metrics; ++m) {
      data.labels.ranks.push_back(static_cast<std::uint32_t>(m % 2 == 0 ? r + 1 : labelled - r));
    }
  }
  data.marginals = empirical_marginals(data.space->skeleton(), data.architectures);
  return data;
}

// An untrained model of `data`.
inline Model untrained_paper_model(const TrainingSet& data, const PaperConfig& config, int T) {
  Model model;
  model.config.profile = Profile::kPaper;
  model.config.space = data.space->name();
  model.config.noise = Noise::kMarginal;
  model.config.diffusion_steps = T;
  model.config.paper = config;
  model.marginals = data.marginals;
  model.metrics = data.metrics;
  model.weights = initial_paper_weights(
      paper_parameters(config, data.space->skeleton(), data.metrics.size()), 1);
  return model;
}

}  // namespace dinas
