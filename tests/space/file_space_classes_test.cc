#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "space/draw.h"
#include "support/space_test.h"
#include "support/spaces.h"

namespace dinas {
namespace {

bool same(const Space& space, const std::string& a, const std::string& b) {
  return space.canonical_class(architecture_of(space, a)) ==
         space.canonical_class(architecture_of(space, b));
}

constexpr auto kTwoBranches = R"(
zero = "none"
neutral = "skip"
[[node]]
name = "in"
[[node]]
name = "a"
labels = ["none", "skip", "pool", "conv"]
reads = "in"
[[node]]
name = "b"
labels = ["none", "skip", "pool", "conv"]
reads = ["in", "a"]
[[node]]
name = "out"
reads = ["a", "b"]
)";

TEST(FileSpaceExpression, ByHand) {
  const auto space = space_of("classes = 'expression'\n" + std::string(kTwoBranches));
  const auto form = [&](const std::string& text) {
    return space->canonical_class(architecture_of(*space, text));
  };
  // conv is a and pool is b, by the alphabet; terms are sorted, '(' before digits.
  EXPECT_EQ(form("conv pool"), hash_bytes("((0)a+0)b+(0)a"));
  EXPECT_EQ(form("skip conv"), hash_bytes("(0+0)a+0"));
  EXPECT_EQ(form("skip skip"), hash_bytes("0+0+0"));
  EXPECT_EQ(form("none pool"), hash_bytes("#+(#+0)b"));
  EXPECT_EQ(form("none none"), hash_bytes("#+#"));
}

TEST(FileSpaceExpression, SpellsKindsOfEdges) {
  const auto space = space_of(R"(
classes = "expression"
[[node]]
name = "in"
[[node]]
name = "a"
labels = ["u", "v"]
reads = "in"
[[node]]
name = "out"
reads = "in"
[[edge]]
from = "a"
to = "out"
kinds = ["sum", "product"]
)");
  EXPECT_EQ(space->canonical_class(architecture_of(*space, "v product")), hash_bytes("0+[(0)b]2"));
  EXPECT_EQ(space->canonical_class(architecture_of(*space, "v absent")), hash_bytes("0"));
}

TEST(FileSpaceIsomorphism, ContractsAndDropsByHand) {
  const auto space = space_of("classes = 'isomorphism'\n" + std::string(kTwoBranches));
  EXPECT_TRUE(same(*space, "none pool", "pool none"));  // one pooling of the input
  EXPECT_FALSE(same(*space, "conv pool", "pool conv"));
  EXPECT_FALSE(same(*space, "skip conv", "none conv"));  // b reads the input twice
  EXPECT_FALSE(same(*space, "conv none", "conv skip"));
  const auto direct =
      space_of("classes = 'isomorphism'\ndirect_output = false\n" + std::string(kTwoBranches));
  EXPECT_TRUE(same(*direct, "skip skip", "none none"));
  EXPECT_TRUE(direct->is_degenerate(architecture_of(*direct, "skip skip")));
  EXPECT_FALSE(space->is_degenerate(architecture_of(*space, "skip skip")));
}

// Five nodes of two labels on any subset of the edges between them, every end an output.
constexpr auto kAnyGraph = R"(
classes = "isomorphism"
output = "leaves"
[[node]]
name = "in"
[[node]]
name = "n"
repeat = 5
labels = ["u", "v"]
[[edge]]
from = ["in", "n"]
to = "n"
)";

// The part on a path from the input, relabelled by every order of the other nodes: the least
// description. Every end is an output, so whatever the input reaches is on a path.
std::vector<int> least_description(const Space::NamedGraph& graph) {
  std::vector<bool> reached(graph.labels.size(), false);
  reached[0] = true;
  for (const auto& [from, to] : graph.edges) {
    if (reached[static_cast<std::size_t>(from)]) reached[static_cast<std::size_t>(to)] = true;
  }
  std::vector<std::size_t> nodes;
  for (std::size_t v = 1; v + 1 < reached.size(); ++v) {
    if (reached[v]) nodes.push_back(v);
  }
  std::vector<int> least;
  do {
    std::map<std::size_t, int> place = {{0, 0}, {reached.size() - 1, 100}};
    std::vector<int> labels;
    for (const std::size_t v : nodes) {
      place[v] = static_cast<int>(labels.size()) + 1;
      labels.push_back(graph.labels[v] == "u" ? 0 : 1);
    }
    std::set<int> edges;
    for (const auto& [from, to] : graph.edges) {
      const auto f = place.find(static_cast<std::size_t>(from));
      const auto t = place.find(static_cast<std::size_t>(to));
      if (f != place.end() && t != place.end()) edges.insert(f->second * 1000 + t->second);
    }
    labels.insert(labels.end(), edges.begin(), edges.end());
    if (least.empty() || labels < least) least = labels;
  } while (std::next_permutation(nodes.begin(), nodes.end()));
  return least;
}

TEST(FileSpaceIsomorphism, EqualsBruteForce) {
  const auto space = space_of(kAnyGraph);
  RandomStream stream(11, Purpose::kSpace);
  std::map<std::vector<int>, std::uint64_t> hash_of;
  std::map<std::uint64_t, std::vector<int>> description_of;
  int repeated = 0;
  for (int i = 0; i < 20000; ++i) {
    const Architecture a = random_architecture(space->skeleton(), stream);
    const auto description = least_description(space->graph(a));
    const std::uint64_t hash = space->canonical_class(a);
    const auto [known, fresh] = hash_of.emplace(description, hash);
    ASSERT_EQ(known->second, hash) << space->print(a);
    ASSERT_EQ(description_of.emplace(hash, description).first->second, description);
    repeated += fresh ? 0 : 1;
  }
  EXPECT_GT(repeated, 1000);
}

TEST(FileSpaceIsomorphism, TellsRegularGraphsApart) {
  // Two layers of six nodes, each reading two of the layer before: one ring of twelve or two of
  // six, which no count of neighbours tells apart.
  const auto space = space_of(R"(
classes = "isomorphism"
output = "leaves"
[[node]]
name = "in"
[[node]]
name = "s"
repeat = 6
label = "s"
reads = "in"
[[node]]
name = "t"
repeat = 6
label = "t"
[[edge]]
from = "s"
to = "t"
[notation]
template = "{edges:}"
tokens = { absent = "0", present = "1" }
)");
  const std::string ring = "110000011000001100000110000011100001";
  const std::string two_rings = "110000011000101000000110000011000101";
  const std::string ring_renamed = "100001110000011000001100000110000011";
  EXPECT_TRUE(same(*space, ring, ring_renamed));
  EXPECT_FALSE(same(*space, ring, two_rings));
}

TEST(FileSpaceClasses, NoneTellsEveryArchitectureApart) {
  const auto space = space_of("classes = 'none'\n" + std::string(kTwoBranches));
  std::set<std::uint64_t> classes;
  for (std::uint64_t i = 0; i < 16; ++i) {
    classes.insert(space->canonical_class(nth_architecture(space->skeleton(), i)));
  }
  EXPECT_EQ(classes.size(), 16U);
}

}  // namespace
}  // namespace dinas
