#include "measure/score_meter.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"
#include "space/draw.h"
#include "support/networks.h"

namespace dinas {
namespace {

Dataset noise() {
  Dataset data{3, 8, 8, 2, {}, {}};
  RandomStream random(3, Purpose::kCheck);
  for (std::size_t i = 0; i < 200; ++i) data.labels.push_back(static_cast<std::uint16_t>(i % 2));
  data.images.resize(200 * data.image_bytes());
  for (auto& value : data.images) value = static_cast<std::uint8_t>(random.below(256));
  return data;
}

const Macro kSmall{.channels = 8, .cells = 1, .image_size = 8};

double score(const std::string& name, const std::string& space_name, const Architecture& cell,
             std::uint64_t seed = 0) {
  const auto space = find_space(space_name);
  Macro macro = kSmall;
  if (space_name == "darts") macro.cells = 3;
  const auto task = std::make_shared<const ScoreTask>(*space, macro, noise(), seed);
  return ScoreMeter(space, task, name).measure(cell).front();
}

TEST(ScoreMeter, EveryScoreOfEverySpace) {
  for (const char* space : {"nasbench201", "nasbench101", "darts"}) {
    RandomStream random(1, Purpose::kCheck, 2);
    const Architecture cell = random_architecture(find_space(space)->skeleton(), random);
    for (const std::string& name : score_metrics()) EXPECT_NE(score(name, space, cell), 0) << name;
  }
}

TEST(ScoreMeter, DependsOnTheSeed) {
  const Architecture cell{3, 1, 2, 4, 3, 2};
  for (const std::string& name : score_metrics()) {
    const double found = score(name, "nasbench201", cell);
    EXPECT_EQ(found, score(name, "nasbench201", cell)) << name;
    EXPECT_NE(found, score(name, "nasbench201", cell, 1)) << name;
  }
}

// Six 3x3 convolutions have more weights to sum over than six 1x1 convolutions, and more patterns.
TEST(ScoreMeter, LargeKernelsScoreHigher) {
  const Architecture large(6, 3), little(6, 2);
  for (const char* name : {"linear_regions", "synflow"}) {
    EXPECT_GT(score(name, "nasbench201", large), score(name, "nasbench201", little)) << name;
  }
}

TEST(ScoreMeter, ANetworkThatDoesNotSeeTheImageHasNoScore) {
  const Architecture nothing(6, 0);
  EXPECT_THROW(score("synflow", "nasbench201", nothing), Error);
  EXPECT_THROW(score("naswot", "nasbench201", nothing), Error);
  EXPECT_EQ(score("linear_regions", "nasbench201", nothing), 1);
}

}  // namespace
}  // namespace dinas
