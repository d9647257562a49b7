#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "space/draw.h"
#include "support/spaces.h"

namespace dinas {
namespace {

// Six variables of 2, 3, 2, 2, 2 and 3 values: two labels, three edges and a choice of inputs.
constexpr auto kSixVariables = R"(
[[node]]
name = "in"
[[node]]
name = "a"
labels = ["u", "v"]
reads = "in"
[[node]]
name = "b"
labels = ["u", "v", "w"]
reads = "a"
[[node]]
name = "c"
[[node]]
name = "out"
reads = ["b", "c"]
[[edge]]
from = ["in", "a"]
to = "out"
[[edge]]
from = "in"
to = "b"
[[inputs]]
node = "c"
sets = [["in"], ["a", "b"], ["in", "a"]]
)";

struct Forbidden {
  std::vector<std::pair<std::size_t, std::vector<int>>> terms;  // variable, values
};

// Clauses of one to four terms over random variables.
std::vector<Forbidden> random_clauses(const Skeleton& skeleton, RandomStream& stream) {
  std::vector<Forbidden> result(1 + stream.below(6));
  for (Forbidden& clause : result) {
    for (std::size_t v = 0; v < skeleton.variables.size(); ++v) {
      if (stream.below(2) == 0) continue;
      std::vector<int> values;
      for (int k = 0; k < skeleton.variables[v].size(); ++k) {
        if (stream.below(2) == 0) values.push_back(k);
      }
      if (!values.empty() && clause.terms.size() < 4) clause.terms.emplace_back(v, values);
    }
    if (clause.terms.empty()) clause.terms.push_back({0, {0}});
  }
  return result;
}

const std::vector<std::string> kNames = {"a", "b", "in->out", "a->out", "in->b", "c.inputs"};

std::string clause_text(const Skeleton& skeleton, const Forbidden& clause) {
  std::string text = "[[forbid]]\n";
  for (const auto& [v, values] : clause.terms) {
    text += fmt::format("'{}' = [", kNames[v]);
    for (const int k : values) {
      text += fmt::format("'{}', ", skeleton.variables[v].values[static_cast<std::size_t>(k)]);
    }
    text += "]\n";
  }
  return text;
}

bool allowed(const std::vector<Forbidden>& clauses, int max_edges, const Architecture& a) {
  for (const Forbidden& clause : clauses) {
    bool holds = true;
    for (const auto& [v, values] : clause.terms) {
      holds = holds && std::ranges::find(values, a[v]) != values.end();
    }
    if (holds) return false;
  }
  // Four fixed edges, three variable ones, and one or two inputs of c.
  return 4 + a[2] + a[3] + a[4] + (a[5] == 0 ? 1 : 2) <= max_edges;
}

// completable by definition, for every partial state: some architecture that agrees is allowed.
void compare_with_definition(const Space& space, const std::vector<Forbidden>& clauses,
                             int max_edges) {
  const Skeleton& skeleton = space.skeleton();
  std::vector<Architecture> valid;
  for (std::uint64_t i = 0; i < *combination_count(skeleton); ++i) {
    const Architecture a = nth_architecture(skeleton, i);
    if (allowed(clauses, max_edges, a)) valid.push_back(a);
  }
  Skeleton partial = skeleton;  // one value more stands for the mask
  for (Variable& v : partial.variables) v.values.emplace_back("masked");
  for (std::uint64_t i = 0; i < *combination_count(partial); ++i) {
    const Architecture state = nth_architecture(partial, i);
    const bool expected = std::ranges::any_of(valid, [&](const Architecture& a) {
      for (std::size_t v = 0; v < a.size(); ++v) {
        if (state[v] != a[v] && state[v] != skeleton.variables[v].size()) return false;
      }
      return true;
    });
    ASSERT_EQ(skeleton.rules->completable(state), expected);
  }
}

TEST(FileSpaceRules, AreExactForEveryPartialState) {
  const auto plain = space_of(kSixVariables);
  RandomStream stream(1, Purpose::kCheck);
  int kept = 0;
  int empty = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const auto clauses = random_clauses(plain->skeleton(), stream);
    const int max_edges = 5 + static_cast<int>(stream.below(5));
    std::string text = fmt::format("max_edges = {}\n{}", max_edges, kSixVariables);
    for (const Forbidden& clause : clauses) text += clause_text(plain->skeleton(), clause);
    std::shared_ptr<const Space> space;
    try {
      space = space_of(text);
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("at least one architecture"), std::string::npos);
      for (std::uint64_t i = 0; i < *combination_count(plain->skeleton()); ++i) {
        ASSERT_FALSE(allowed(clauses, max_edges, nth_architecture(plain->skeleton(), i)));
      }
      ++empty;
      continue;
    }
    compare_with_definition(*space, clauses, max_edges);
    ++kept;
  }
  EXPECT_GT(kept, 20);
  EXPECT_GT(empty, 0);
}

TEST(FileSpaceRules, NotMeansEveryOtherValue) {
  const auto space =
      space_of(std::string(kSixVariables) + "[[forbid]]\na = 'u'\nb = { not = 'w' }\n");
  EXPECT_FALSE(is_valid(space->skeleton(), Architecture{0, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(is_valid(space->skeleton(), Architecture{0, 1, 0, 0, 0, 0}));
  EXPECT_TRUE(is_valid(space->skeleton(), Architecture{0, 2, 0, 0, 0, 0}));
  EXPECT_TRUE(is_valid(space->skeleton(), Architecture{1, 0, 0, 0, 0, 0}));
}

TEST(FileSpaceRules, SayWhichOneIsBroken) {
  const auto space = space_of("max_edges = 6\n" + std::string(kSixVariables) +
                              "[[forbid]]\na = 'u'\n'in->b' = 'present'\n");
  std::string why;
  EXPECT_FALSE(space->parse("u v absent absent present in", why));
  EXPECT_EQ(why, "the space forbids a = u with in->b = present");
  EXPECT_FALSE(space->parse("u v present present absent in", why));
  EXPECT_EQ(why, "7 edges, the space allows at most 6");
  EXPECT_TRUE(space->parse("u v present absent absent in", why)) << why;
}

std::string long_chain() {
  return "[[node]]\nname = 'in'\n[[node]]\nname = 'n'\nrepeat = 60\nchain = true\n"
         "labels = ['u', 'v', 'w']\n";
}

TEST(FileSpaceRules, HoldAlongALongChain) {
  std::string text = long_chain();
  for (int i = 1; i < 60; ++i) {
    text += fmt::format("[[forbid]]\nn_{} = 'u'\nn_{} = {{ not = 'u' }}\n", i, i + 1);
  }
  const auto space = space_of(text);
  const Skeleton& skeleton = space->skeleton();
  Architecture state(60, 3);
  state[9] = 0;  // from here on all are u
  std::vector<std::uint8_t> left(3);
  mark_completable(skeleton, state, 59, left);
  EXPECT_EQ(left, (std::vector<std::uint8_t>{1, 0, 0}));
  mark_completable(skeleton, state, 8, left);
  EXPECT_EQ(left, (std::vector<std::uint8_t>{1, 1, 1}));
  RandomStream stream(3, Purpose::kSpace);
  for (int i = 0; i < 500; ++i) {
    const Architecture a = random_architecture(skeleton, stream);
    ASSERT_TRUE(std::ranges::is_partitioned(a, [](std::uint8_t value) { return value != 0; }));
  }
}

TEST(FileSpaceRules, RefusesWhatCannotBeDecidedInBoundedTime) {
  std::string text = long_chain();
  RandomStream stream(5, Purpose::kCheck);
  for (int i = 0; i < 300; ++i) {
    const auto a = 1 + stream.below(20);
    const auto b = 21 + stream.below(20);
    const auto c = 41 + stream.below(20);
    text += fmt::format("[[forbid]]\nn_{} = 'u'\nn_{} = 'v'\nn_{} = 'w'\n", a, b, c);
  }
  try {
    static_cast<void>(space_of(text));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "test.toml:10: expected [[forbid]] rules that can be decided with 16384 steps, found "
              "more are needed; forbid fewer combinations, or of fewer and closer variables");
  }
}

}  // namespace
}  // namespace dinas
