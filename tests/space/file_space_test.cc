#include "space/file_space.h"

#include <gtest/gtest.h>

#include <string>
#include <unordered_set>
#include <vector>

#include "space/draw.h"
#include "space/nasbench201.h"
#include "support/space_test.h"
#include "support/spaces.h"

namespace dinas {
namespace {

using Edges = std::vector<std::pair<int, int>>;
using Labels = std::vector<std::string>;

constexpr auto kSmall = R"(
zero = "none"
[[node]]
name = "in"
[[node]]
name = "a"
labels = ["none", "conv"]
reads = "in"
[[node]]
name = "b"
labels = ["conv", "pool"]
[[node]]
name = "out"
reads = "b"
[[edge]]
from = "a"
to = "out"
[[inputs]]
node = "b"
from = ["a", "in"]
)";

TEST(FileSpace, OfAsManyNodesAsThereMayBe) {
  const auto space = space_of(
      "[[node]]\nname = 'in'\n"
      "[[node]]\nname = 'n'\nlabels = ['a', 'b']\nchain = true\nrepeat = 127\n");
  EXPECT_EQ(space->skeleton().nodes, 128);
  EXPECT_EQ(space->skeleton().fixed_edges.size(), 127U);
  Architecture alternating(127);
  for (std::size_t v = 0; v < alternating.size(); ++v) alternating[v] = v % 2;
  std::string why;
  EXPECT_EQ(space->parse(space->print(alternating), why), alternating) << why;
}

TEST(FileSpace, SmallOneByHand) {
  const auto space = space_of(kSmall);
  const Skeleton& s = space->skeleton();
  EXPECT_EQ(space->name(), "test");
  EXPECT_EQ(s.nodes, 4);
  EXPECT_EQ(s.vocabulary, (Labels{"in", "out", "none", "conv", "pool"}));
  EXPECT_EQ(s.fixed_label, (std::vector<int>{0, -1, -1, 1}));
  EXPECT_EQ(s.fixed_edges, (Edges{{0, 1}, {2, 3}}));
  ASSERT_EQ(s.variables.size(), 4U);
  EXPECT_EQ(s.variables[1].labels, (std::vector<int>{3, 4}));
  EXPECT_EQ(s.variables[2].values, (Labels{"absent", "present"}));
  EXPECT_EQ(s.variables[3].values, (Labels{"in", "a"}));
  EXPECT_EQ(s.variables[3].sets, (std::vector<std::vector<int>>{{0}, {1}}));
  EXPECT_EQ(space->enumerable(), 16U);

  const Architecture a = {1, 1, 1, 1};
  EXPECT_EQ(space->print(a), "conv pool present a");
  EXPECT_EQ(space->graph(a).labels, (Labels{"in", "conv", "pool", "out"}));
  EXPECT_EQ(space->graph(a).edges, (Edges{{0, 1}, {1, 2}, {1, 3}, {2, 3}}));
  EXPECT_FALSE(space->is_degenerate(a));
  EXPECT_TRUE(space->is_degenerate(Architecture{0, 1, 1, 1}));   // none cuts both ways on
  EXPECT_FALSE(space->is_degenerate(Architecture{0, 1, 1, 0}));  // b reads the input
}

TEST(FileSpace, KeepsItsTextAndIsFoundByItsPath) {
  const auto space = shipped_space("enas.toml");
  EXPECT_NE(space->definition().find("name = \"enas\""), std::string_view::npos);
  const auto again = parse_space_file(space->definition(), "model");
  EXPECT_EQ(again->definition(), space->definition());
  EXPECT_THROW(static_cast<void>(find_space("/nonexistent/space.toml")), Error);
}

TEST(FileSpace, NasBench201HasTheBuiltInSkeleton) {
  const auto file_space = shipped_space("nasbench201.toml");
  const auto built_in_space = make_nasbench201();
  const Skeleton& file = file_space->skeleton();
  const Skeleton& built_in = built_in_space->skeleton();
  EXPECT_EQ(file.nodes, built_in.nodes);
  EXPECT_EQ(file.vocabulary, built_in.vocabulary);
  EXPECT_EQ(file.fixed_label, built_in.fixed_label);
  EXPECT_EQ(file.fixed_edges, built_in.fixed_edges);
  EXPECT_EQ(file.channels.size(), built_in.channels.size());
  EXPECT_EQ(file.rules, nullptr);
  ASSERT_EQ(file.variables.size(), built_in.variables.size());
  for (std::size_t v = 0; v < file.variables.size(); ++v) {
    EXPECT_EQ(file.variables[v].kind, built_in.variables[v].kind);
    EXPECT_EQ(file.variables[v].node, built_in.variables[v].node);
    EXPECT_EQ(file.variables[v].values, built_in.variables[v].values);
    EXPECT_EQ(file.variables[v].labels, built_in.variables[v].labels);
  }
}

TEST(FileSpace, NasBench201BehavesAsTheBuiltInOneEverywhere) {
  const auto file = shipped_space("nasbench201.toml");
  const auto built_in = make_nasbench201();
  ASSERT_EQ(file->enumerable(), built_in->enumerable());
  const auto& metrics = built_in->computed_metrics();
  ASSERT_EQ(file->computed_metrics().size(), metrics.size());
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    EXPECT_EQ(file->computed_metrics()[m].name, metrics[m].name);
    EXPECT_EQ(file->computed_metrics()[m].meaning, metrics[m].meaning);
  }
  std::string why;
  for (std::uint64_t i = 0; i < *built_in->enumerable(); ++i) {
    const Architecture a = nth_architecture(built_in->skeleton(), i);
    const std::string text = built_in->print(a);
    ASSERT_EQ(file->print(a), text);
    ASSERT_EQ(file->parse(text, why), a) << why;
    ASSERT_EQ(file->canonical_class(a), built_in->canonical_class(a)) << text;
    ASSERT_EQ(file->is_degenerate(a), built_in->is_degenerate(a)) << text;
    ASSERT_EQ(file->graph(a).labels, built_in->graph(a).labels);
    ASSERT_EQ(file->graph(a).edges, built_in->graph(a).edges);
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      ASSERT_EQ(file->compute(m, a), built_in->compute(m, a)) << metrics[m].name << " " << text;
    }
  }
}

TEST(FileSpace, NasBenchGraphHasAsManyClassesAsTheBenchmarkHasRows) {
  const auto space = shipped_space("nasbench_graph.toml");
  int valid = 0;
  int degenerate = 0;
  std::unordered_set<std::uint64_t> classes;
  for (std::uint64_t i = 0; i < *combination_count(space->skeleton()); ++i) {
    const Architecture a = nth_architecture(space->skeleton(), i);
    if (!is_valid(space->skeleton(), a)) continue;
    ++valid;
    if (space->is_degenerate(a)) {
      ++degenerate;
    } else {
      classes.insert(space->canonical_class(a));
    }
  }
  EXPECT_EQ(valid, 9 * 9 * 9 * 9 * 9);
  EXPECT_EQ(degenerate, 9);  // nothing but skips, in every wiring
  EXPECT_EQ(classes.size(), 26206U);
}

TEST(FileSpace, MobileNetByHand) {
  const auto space = shipped_space("mobilenet_chain.toml");
  std::string why;
  const auto a = space->parse(
      "k3e3,skip,skip,skip;k3e3,skip,skip,skip;k3e3,skip,skip,skip;"
      "k3e3,skip,skip,skip;k7e6,k5e4,skip,skip",
      why);
  ASSERT_TRUE(a) << why;
  EXPECT_EQ(metric_of(*space, "depth", *a), 6.0);
  // Weights of c -> d with kernel k and expansion e: e c (c + k k + d). Stem 832, head 2,662,400.
  const int blocks = 48 * (16 + 9 + 24) + 72 * (24 + 9 + 40) + 120 * (40 + 9 + 80) +
                     240 * (80 + 9 + 112) + 672 * (112 + 49 + 160) + 640 * (160 + 25 + 160);
  EXPECT_EQ(metric_of(*space, "params_m", *a), (blocks + 832 + 2662400) / 1e6);
  EXPECT_FALSE(
      space->parse("k3e3,skip,k3e3,skip;k3e3,skip,skip,skip;k3e3,skip,skip,skip;"
                   "k3e3,skip,skip,skip;k7e6,k5e4,skip,skip",
                   why));
  EXPECT_EQ(why, "the space forbids more1_1 = skip with more1_2 = k3e3");
}

class ShippedSpace : public testing::TestWithParam<const char*> {};

TEST_P(ShippedSpace, DrawsValidArchitecturesThatReadBack) {
  const auto space = shipped_space(GetParam());
  RandomStream stream(7, Purpose::kSpace);
  std::string why;
  for (int i = 0; i < 5000; ++i) {
    const Architecture a = random_architecture(space->skeleton(), stream);
    ASSERT_TRUE(is_valid(space->skeleton(), a));
    ASSERT_EQ(space->parse(space->print(a), why), a) << why << space->print(a);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ShippedSpace,
                         testing::Values("enas.toml", "mobilenet_chain.toml", "nasbench201.toml",
                                         "nasbench_graph.toml"),
                         [](const auto& file) {
                           const std::string name = file.param;
                           return name.substr(0, name.find('.'));
                         });

}  // namespace
}  // namespace dinas
