#include "space/nasbench101_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "space/draw.h"
#include "space/nasbench101.h"

namespace dinas {
namespace {

constexpr std::uint8_t kLabelMask = 4;
constexpr std::uint8_t kEdgeMask = 2;

using State = std::vector<std::uint8_t>;

// What a variable of the layout with `inner` inner nodes is about.
std::vector<std::pair<int, int>> pairs_of(int inner) {
  std::vector<std::pair<int, int>> pairs;
  for (int from = 0; from <= inner; ++from) {
    for (int to = from + 1; to <= inner + 1; ++to) pairs.emplace_back(from, to);
  }
  return pairs;
}

// The definition of a cell, by paths: kept nodes first, every node of an edge kept, every kept node
// reached from the input and reaching the output.
bool is_cell(const State& state, int inner, int most_edges,
             const std::vector<std::pair<int, int>>& pairs) {
  std::vector<bool> kept(static_cast<std::size_t>(inner) + 2, true);
  for (std::size_t i = 0; i < static_cast<std::size_t>(inner); ++i) {
    kept[i + 1] = state[i] != kCodeAbsent;
    if (kept[i + 1] && !kept[i]) return false;
  }
  auto forward = std::vector<bool>(kept.size(), false);
  auto backward = forward;
  forward.front() = backward.back() = true;
  int edges = 0;
  bool inside = true;
  const auto visit = [&](std::size_t e, auto&& joined) {
    if (state[static_cast<std::size_t>(inner) + e] != 1) return;
    joined(static_cast<std::size_t>(pairs[e].first), static_cast<std::size_t>(pairs[e].second));
  };
  for (std::size_t e = 0; e < pairs.size(); ++e) {
    visit(e, [&](std::size_t from, std::size_t to) {
      ++edges;
      inside = inside && kept[from] && kept[to];
      if (forward[from]) forward[to] = true;
    });
  }
  for (std::size_t e = pairs.size(); e-- > 0;) {
    visit(e, [&](std::size_t from, std::size_t to) {
      if (backward[to]) backward[from] = true;
    });
  }
  return edges <= most_edges && inside && forward == kept && backward == kept;
}

class ReducedNasBench101 : public testing::TestWithParam<std::pair<int, int>> {};

// Every partial state of a reduced space. States are numbers with a digit per variable, the mask
// being the highest value of a digit: what a state can be completed to has smaller numbers.
TEST_P(ReducedNasBench101, AgreesWithExhaustiveCompletionOnEveryPartialState) {
  const auto [inner, most_edges] = GetParam();
  const NasBench101Rules rules(inner, most_edges);
  const auto pairs = pairs_of(inner);
  std::vector<std::size_t> step;  // what a digit is worth
  std::size_t states = 1;
  State state(static_cast<std::size_t>(inner) + pairs.size(), 0);
  for (std::size_t v = 0; v < state.size(); ++v) {
    step.push_back(states);
    states *= v < static_cast<std::size_t>(inner) ? kLabelMask + 1U : kEdgeMask + 1U;
  }
  std::vector<bool> truth(states);
  std::size_t completable = 0;
  for (std::size_t index = 0; index < states; ++index) {
    std::size_t masked = state.size();
    for (std::size_t v = 0; v < state.size(); ++v) {
      const std::uint8_t mask = v < static_cast<std::size_t>(inner) ? kLabelMask : kEdgeMask;
      state[v] = static_cast<std::uint8_t>(index / step[v] % (mask + 1U));
      if (state[v] == mask) masked = v;
    }
    if (masked == state.size()) {
      truth[index] = is_cell(state, inner, most_edges, pairs);
    } else {
      for (std::size_t k = 1; k <= state[masked]; ++k) {
        if (truth[index - k * step[masked]]) truth[index] = true;
      }
    }
    ASSERT_EQ(rules.completable(state), truth[index]) << "state " << index;
    completable += truth[index] ? 1 : 0;
  }
  EXPECT_TRUE(truth.back());
  EXPECT_LT(completable, states);
}

// The last one has no limit that matters: five nodes have ten pairs.
INSTANTIATE_TEST_SUITE_P(Sizes, ReducedNasBench101,
                         testing::Values(std::pair{0, 1}, std::pair{1, 2}, std::pair{2, 3},
                                         std::pair{2, 4}, std::pair{3, 4}, std::pair{3, 5},
                                         std::pair{3, 10}),
                         [](const auto& suite) {
                           return std::to_string(suite.param.first) + "Inner" +
                                  std::to_string(suite.param.second) + "Edges";
                         });

// Completion by search, for the full size: the first place without an edge gets each of the masked
// edges that cover it in turn.
class Search {
 public:
  explicit Search(const Architecture& state) : state_(state) {}

  [[nodiscard]] bool completable() {
    for (int m = 0; m <= kNasBench101Inner; ++m) {
      if (labels_allow(m) && edges_allow(m)) return true;
    }
    return false;
  }

 private:
  [[nodiscard]] bool labels_allow(int m) const {
    for (int node = 1; node <= kNasBench101Inner; ++node) {
      const std::uint8_t code = state_[static_cast<std::size_t>(node) - 1];
      if (code != kLabelMask && (code != kCodeAbsent) != (node <= m)) return false;
    }
    return true;
  }

  bool edges_allow(int m) {
    present_.clear();
    masked_.clear();
    const auto kept = [m](int node) { return node <= m || node == kNasBench101Nodes - 1; };
    for (std::size_t e = 0; e < pairs_.size(); ++e) {
      const std::uint8_t value = state_[kNasBench101Inner + e];
      const bool inside = kept(pairs_[e].first) && kept(pairs_[e].second);
      if (value == 1 && !inside) return false;
      if (value == 1) present_.insert(pairs_[e]);
      if (value == kEdgeMask && inside) masked_.push_back(pairs_[e]);
    }
    return cover(m);
  }

  bool cover(int m) {
    if (present_.size() > kNasBench101Edges) return false;
    for (int node = 0; node <= m + 1; ++node) {
      const bool last = node == m + 1;
      const int place = last ? kNasBench101Nodes - 1 : node;
      const auto leaves = [place](const auto& edge) { return edge.first == place; };
      const auto enters = [place](const auto& edge) { return edge.second == place; };
      if (!last && std::ranges::none_of(present_, leaves)) return try_each(m, leaves);
      if (node > 0 && std::ranges::none_of(present_, enters)) return try_each(m, enters);
    }
    return true;
  }

  template <class Covers>
  bool try_each(int m, const Covers& covers) {
    for (const auto& edge : masked_) {
      if (!covers(edge)) continue;
      present_.insert(edge);
      const bool found = cover(m);
      present_.erase(edge);
      if (found) return true;
    }
    return false;
  }

  const Architecture& state_;
  std::vector<std::pair<int, int>> pairs_ = pairs_of(kNasBench101Inner);
  std::set<std::pair<int, int>> present_;
  std::vector<std::pair<int, int>> masked_;
};

// Half of a cell masked and up to two values changed: near the border of what can be completed.
Architecture partial_state(const Skeleton& skeleton, RandomStream& stream) {
  Architecture state = random_architecture(skeleton, stream);
  for (std::uint32_t changes = stream.below(3); changes > 0; --changes) {
    const std::size_t v = stream.below(static_cast<std::uint32_t>(state.size()));
    const auto values = static_cast<std::uint32_t>(skeleton.variables[v].size());
    state[v] = static_cast<std::uint8_t>(stream.below(values));
  }
  for (std::size_t v = 0; v < state.size(); ++v) {
    if (stream.below(2) == 0) continue;
    state[v] = static_cast<std::uint8_t>(skeleton.variables[v].size());
  }
  return state;
}

TEST(NasBench101Rules, AgreesWithSearchOnPartialStatesOfFullSize) {
  const auto space = make_nasbench101();
  RandomStream stream(1, Purpose::kCheck);
  int completable = 0;
  constexpr int kStates = 20000;
  for (int i = 0; i < kStates; ++i) {
    const Architecture state = partial_state(space->skeleton(), stream);
    const bool expected = Search(state).completable();
    ASSERT_EQ(space->skeleton().rules->completable(state), expected) << "state " << i;
    completable += expected ? 1 : 0;
  }
  // Both answers are frequent, so neither can be given throughout.
  EXPECT_GT(completable, kStates / 4);
  EXPECT_LT(completable, kStates * 19 / 20);
}

// Seven nodes in all; counted by hand where the limit of nine edges decides.
TEST(NasBench101Rules, OneEdgeCoversAPlaceOfEitherKind) {
  const auto space = make_nasbench101();
  const Rules& rules = *space->skeleton().rules;
  Architecture state(26, kEdgeMask);
  std::fill_n(state.begin(), 5, std::uint8_t{0});
  const auto set = [&state](int from, int to, std::uint8_t value) {
    state[nasbench101_edge(5, from, to)] = value;
  };
  for (int from = 0; from <= 5; ++from) set(from, 6, 1);
  set(0, 1, 1);
  // Nodes 2 to 5 lack an edge in, none lacks one out: 7 + 4 edges.
  EXPECT_FALSE(rules.completable(state));
  for (const int from : {1, 2, 3}) set(from, 6, kEdgeMask);
  // 1 -> 2 -> 3 -> 4 covers three places of each kind, an edge into 5 the last: 4 + 3 + 1.
  EXPECT_TRUE(rules.completable(state));
  set(0, 5, 1);
  set(0, 2, 1);
  // 1, 2, 3 lack an edge out, 3 and 4 one in: 1 -> 3, 2 -> 4 and one out of 3, 6 + 2 + 1.
  EXPECT_TRUE(rules.completable(state));
  set(1, 3, 0);
  set(2, 3, 0);
  // Only 0 can enter 3; one of 1, 2, 3 enters 4 and two edges leave the others: 6 + 1 + 1 + 2.
  EXPECT_FALSE(rules.completable(state));
}

TEST(NasBench101Rules, RandomDrawsAreValidAndOfEverySize) {
  const auto space = make_nasbench101();
  const auto pairs = pairs_of(kNasBench101Inner);
  std::set<int> sizes;
  for (std::uint32_t i = 0; i < 20000; ++i) {
    RandomStream stream(2, Purpose::kSpace, i);
    const Architecture drawn = random_architecture(space->skeleton(), stream);
    ASSERT_TRUE(is_cell(drawn, kNasBench101Inner, kNasBench101Edges, pairs)) << "draw " << i;
    sizes.insert(nasbench101_cell(drawn).nodes);
  }
  EXPECT_EQ(sizes, (std::set<int>{2, 3, 4, 5, 6, 7}));
}

}  // namespace
}  // namespace dinas
