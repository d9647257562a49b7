#include "model/paper_parameters.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "model/paper_initialise.h"
#include "model/safetensors.h"
#include "space/nasbench201.h"
#include "support/data.h"

namespace dinas {
namespace {

std::int64_t count(const PaperConfig& config, std::size_t metrics) {
  std::int64_t sum = 0;
  for (const auto& info : paper_parameters(config, make_nasbench201()->skeleton(), metrics)) {
    sum += element_count(info.shape);
  }
  return sum;
}

TEST(PaperParameters, CountsOfTheOfficialNetwork) {
  EXPECT_EQ(count({}, 1), 8705929);  // docs/paper.md 3.5, NB201 with one binary condition
  EXPECT_EQ(count({}, 2), 8707145);  // HW: the same vocabulary, two conditions
}

TEST(PaperParameters, GlobalUpdatesCompleteTheGraphPath) {
  PaperConfig propagated;
  propagated.propagate_global = true;
  const std::int64_t four_layers = count(propagated, 1) - count({}, 1);
  EXPECT_EQ(four_layers % 4, 0);
  // What the official count adds: the update of the last layer and the readout of the global vector
  // (64 -> 128 -> 2, with two conditions 64 -> 128 -> 4), which influence no logit.
  const std::int64_t readout = 64 * 128 + 128 + 128 * 2 + 2;
  EXPECT_EQ(count({}, 1) + four_layers / 4 * 5 + readout, 10919307);
  EXPECT_EQ(count({}, 2) + four_layers / 4 * 5 + readout + 128 * 2 + 2, 10920781);
}

TEST(PaperParameters, TimeInputIsOneMoreColumn) {
  PaperConfig timed;
  timed.time_input = true;
  EXPECT_EQ(count(timed, 1), count({}, 1) + 128);
}

TEST(PaperParameters, EmbeddingsOfThreeMetricsFillTheWidth) {
  std::map<std::string, std::vector<std::int64_t>> shapes;
  for (const auto& info : paper_parameters({}, make_nasbench201()->skeleton(), 3)) {
    shapes[info.name] = info.shape;
  }
  using Shape = std::vector<std::int64_t>;
  EXPECT_EQ(shapes["linear_map_class_X.2.weight"], (Shape{86, 256}));
  EXPECT_EQ(shapes["linear_map_class_X_lat.2.weight"], (Shape{85, 256}));
  EXPECT_EQ(shapes["linear_map_class_X_3.2.weight"], (Shape{85, 256}));
  EXPECT_EQ(shapes["linear_map_class_E.2.weight"], (Shape{22, 64}));
  EXPECT_EQ(shapes["linear_map_class_E_3.2.weight"], (Shape{21, 64}));
  EXPECT_EQ(shapes["mlp_in_y.0.weight"], (Shape{128, 6}));
}

TEST(PaperParameters, NamesAndShapesAreTheOfficialOnes) {
  DINAS_NEED_DATA();
  const std::string path = data_folder() + "/golden/paper_network_small.safetensors";
  PaperConfig config;
  config.layers = 3;
  config.node_hidden = 32;
  config.edge_hidden = 16;
  config.global_hidden = 16;
  config.node_feed_forward = 48;
  config.edge_feed_forward = 24;
  config.global_feed_forward = 20;
  std::map<std::string, std::vector<std::int64_t>> ours;
  for (const auto& info : paper_parameters(config, make_nasbench201()->skeleton(), 1)) {
    ours["weights." + info.name] = info.shape;
  }
  std::map<std::string, std::vector<std::int64_t>> official;
  for (const auto& [name, tensor] : parse_safetensors(read_file(path), path).tensors) {
    if (name.starts_with("weights.")) official[name] = tensor.shape;
  }
  EXPECT_EQ(ours, official);
}

TEST(PaperParameters, RefusesWhatItCannotRepresent) {
  Skeleton edges = make_nasbench201()->skeleton();
  edges.variables.push_back({VariableKind::kEdge, 7, 0, {"absent", "present"}, {}});
  EXPECT_THROW(paper_parameters({}, edges, 1), UsageError);
  PaperConfig config;
  config.heads = 7;
  EXPECT_THROW(paper_parameters(config, make_nasbench201()->skeleton(), 1), UsageError);
  EXPECT_THROW(paper_parameters({}, make_nasbench201()->skeleton(), 0), UsageError);
  EXPECT_THROW(paper_parameters({}, make_nasbench201()->skeleton(), 65), UsageError);
}

TEST(PaperInitialise, MapsAreUniformWithinTheirFanInAndNormsNeutral) {
  const std::vector<ParameterInfo> table = {{"map.weight", {200, 100}, Initialisation::kLinear},
                                            {"map.bias", {200}, Initialisation::kLinear},
                                            {"norm.weight", {3}, Initialisation::kOne},
                                            {"norm.bias", {3}, Initialisation::kZero}};
  const TensorMap weights = initial_paper_weights(table, 5);
  double square = 0.0;
  for (const float w : weights.at("map.weight").data) {
    ASSERT_LE(std::abs(w), 0.1F);
    square += static_cast<double>(w) * w;
  }
  // Variance of U(-0.1, 0.1) is 0.01 / 3; its estimate from 20,000 values has a relative standard
  // deviation of sqrt(0.8 / 20000) = 0.6 %.
  EXPECT_NEAR(square / 20000.0, 0.01 / 3.0, 0.03 * 0.01 / 3.0);
  float largest = 0.0F;
  for (const float w : weights.at("map.bias").data) largest = std::max(largest, std::abs(w));
  EXPECT_LE(largest, 0.1F);
  EXPECT_GT(largest, 0.09F);  // 200 values all below 0.09: probability 0.9^200 = 7e-10
  EXPECT_EQ(weights.at("norm.weight").data, std::vector<float>(3, 1.0F));
  EXPECT_EQ(weights.at("norm.bias").data, std::vector<float>(3, 0.0F));
  EXPECT_EQ(initial_paper_weights(table, 5).at("map.weight").data, weights.at("map.weight").data);
  EXPECT_NE(initial_paper_weights(table, 6).at("map.weight").data, weights.at("map.weight").data);
}

}  // namespace
}  // namespace dinas
