#include "space/nasbench_nlp_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/random.h"
#include "space/draw.h"
#include "space/nasbench_nlp.h"
#include "support/nlp.h"

namespace dinas {
namespace {

constexpr std::uint8_t kLinear = 0;
constexpr std::uint8_t kBlend = 1;
constexpr std::uint8_t kSum = 3;
constexpr std::uint8_t kTanh = 4;
constexpr std::uint8_t kAbsent = 7;

const std::set<int> kAllLabels = {0, 1, 2, 3, 4, 5, 6};

// Number of a state, masks included; the first variable is the fastest digit.
std::size_t state_index(const Skeleton& skeleton, std::span<const std::uint8_t> state) {
  std::size_t index = 0;
  for (std::size_t v = state.size(); v-- > 0;) {
    index = index * static_cast<std::size_t>(skeleton.variables[v].size() + 1) + state[v];
  }
  return index;
}

Architecture nth_state(const Skeleton& skeleton, std::size_t index) {
  Architecture state;
  for (const Variable& v : skeleton.variables) {
    const auto size = static_cast<std::size_t>(v.size() + 1);
    state.push_back(static_cast<std::uint8_t>(index % size));
    index /= size;
  }
  return state;
}

std::uint8_t mask_of(const Skeleton& skeleton, std::size_t variable) {
  return static_cast<std::uint8_t>(skeleton.variables[variable].size());
}

// One bit per state: set where masking some variables of a cell gives it.
std::vector<bool> masked_cells(const Skeleton& skeleton, const std::vector<Architecture>& cells) {
  std::size_t states = 1;
  for (const Variable& v : skeleton.variables) states *= static_cast<std::size_t>(v.size() + 1);
  std::vector<bool> result(states, false);
  for (const Architecture& cell : cells) {
    for (unsigned masks = 0; masks < 1U << cell.size(); ++masks) {
      Architecture state = cell;
      for (std::size_t v = 0; v < cell.size(); ++v) {
        if ((masks >> v & 1U) != 0) state[v] = mask_of(skeleton, v);
      }
      result[state_index(skeleton, state)] = true;
    }
  }
  return result;
}

// Are there values of the masked variables, the first at `v` or behind it, that make a cell?
bool has_completion(const Skeleton& skeleton, Architecture& state, std::size_t v, int places) {
  while (v < state.size() && state[v] != mask_of(skeleton, v)) ++v;
  if (v == state.size()) return nlp::is_cell(state, places);
  bool found = false;
  for (std::uint8_t value = 0; value < mask_of(skeleton, v) && !found; ++value) {
    state[v] = value;
    found = has_completion(skeleton, state, v + 1, places);
  }
  state[v] = mask_of(skeleton, v);
  return found;
}

// With one place the cell is linear, prod or sum of x and h_prev_0, in either order.
TEST(NlpRules, OnePlaceByHand) {
  const NlpRules rules(1);
  EXPECT_TRUE(rules.completable(Architecture{8, 5, 5, 5, 2, 2, 2}));
  EXPECT_TRUE(rules.completable(Architecture{kLinear, 1, 2, 0, 1, 0, 0}));
  EXPECT_TRUE(rules.completable(Architecture{kSum, 2, 5, 5, 2, 2, 2}));
  EXPECT_FALSE(rules.completable(Architecture{kTanh, 5, 5, 5, 2, 2, 2}));
  EXPECT_FALSE(rules.completable(Architecture{kBlend, 5, 5, 5, 2, 2, 2}));
  EXPECT_FALSE(rules.completable(Architecture{kAbsent, 5, 5, 5, 2, 2, 2}));
  EXPECT_FALSE(rules.completable(Architecture{8, 3, 5, 5, 2, 2, 2}));  // h_prev_1, no h_new_1
  EXPECT_FALSE(rules.completable(Architecture{8, 5, 5, 3, 2, 2, 2}));
  EXPECT_FALSE(rules.completable(Architecture{8, 5, 5, 5, 2, 1, 2}));  // two states, one operation
  EXPECT_FALSE(rules.completable(Architecture{8, 5, 5, 5, 0, 2, 2}));
}

// Three operations and one hidden state: with tanh last, one of the first two is left for nobody
// unless the second reads the first.
TEST(NlpRules, EveryOperationNeedsAReader) {
  const NlpRules rules(3);
  Architecture state = {8, 5, 5, 5, kTanh, 6, 6, 6, kTanh, 7, 7, 7, 3, 0, 0};
  EXPECT_TRUE(rules.completable(state));
  state[nlp_operand_variable(1, 0)] = 1;  // the second reads x, so nobody can read both
  EXPECT_FALSE(rules.completable(state));
  state[nlp_hidden_variable(3, 1)] = 4;  // a second hidden state may be the first operation
  EXPECT_TRUE(rules.completable(state));
  state[nlp_label_variable(0)] = kTanh;  // which then has to read both previous states
  EXPECT_FALSE(rules.completable(state));
}

TEST(NlpRules, OnePlaceAgreesWithAllCells) {
  const Skeleton skeleton = nlp::skeleton(1);
  const auto cells = nlp::all_cells(1, kAllLabels);
  EXPECT_EQ(cells.size(), 6U);
  const std::vector<bool> possible = masked_cells(skeleton, cells);
  for (std::size_t i = 0; i < possible.size(); ++i) {
    ASSERT_EQ(skeleton.rules->completable(nth_state(skeleton, i)), possible[i]) << "state " << i;
  }
}

// All 384 million states were compared once; here every 101st, a stride that shares no factor with
// the number of values of a variable.
TEST(NlpRules, TwoPlacesAgreeWithAllCells) {
  const Skeleton skeleton = nlp::skeleton(2);
  const std::vector<bool> possible = masked_cells(skeleton, nlp::all_cells(2, kAllLabels));
  ASSERT_EQ(possible.size(), 384072192U);
  for (std::size_t i = 0; i < possible.size(); i += 101) {
    ASSERT_EQ(skeleton.rules->completable(nth_state(skeleton, i)), possible[i]) << "state " << i;
  }
}

// Along random orders of revealing, every value of every variable is judged as it should be.
TEST(NlpRules, TwoPlacesAgreeOnTheWayToEveryCell) {
  const Skeleton skeleton = nlp::skeleton(2);
  const auto cells = nlp::all_cells(2, kAllLabels);
  const std::vector<bool> possible = masked_cells(skeleton, cells);
  RandomStream stream(1, Purpose::kCheck);
  for (const Architecture& cell : cells) {
    Architecture state = all_masked(skeleton);
    std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    for (std::size_t left = order.size(); left > 0; --left) {
      std::swap(order[left - 1], order[stream.below(static_cast<std::uint32_t>(left))]);
      const std::size_t v = order[left - 1];
      for (state[v] = 0; state[v] < mask_of(skeleton, v); ++state[v]) {
        ASSERT_EQ(skeleton.rules->completable(state), possible[state_index(skeleton, state)]);
      }
      state[v] = cell[v];
    }
  }
}

class NlpRulesOfSize : public testing::TestWithParam<int> {};

// Random cells with one value changed and a few masks, against trying all values of the masks.
TEST_P(NlpRulesOfSize, MaskedCellsAgreeWithAllCompletions) {
  const int places = GetParam();
  const Skeleton skeleton = nlp::skeleton(places);
  std::array<int, 2> answers{};
  for (std::uint32_t item = 0; item < 10000; ++item) {
    RandomStream stream(2, Purpose::kCheck, item);
    Architecture state = random_architecture(skeleton, stream);
    ASSERT_TRUE(nlp::is_cell(state, places));
    const auto size = static_cast<std::uint32_t>(state.size());
    const std::uint32_t changed = stream.below(size);
    state[changed] = static_cast<std::uint8_t>(stream.below(mask_of(skeleton, changed)));
    for (std::uint32_t masks = stream.below(5); masks > 0; --masks) {
      const std::uint32_t v = stream.below(size);
      state[v] = mask_of(skeleton, v);
    }
    const bool possible = skeleton.rules->completable(state);
    ++answers[possible ? 1 : 0];
    ASSERT_EQ(possible, has_completion(skeleton, state, 0, places)) << "item " << item;
  }
  EXPECT_GT(std::ranges::min(answers), 1000);
}

TEST_P(NlpRulesOfSize, RandomArchitecturesAreCells) {
  const int places = GetParam();
  const Skeleton skeleton = nlp::skeleton(places);
  std::set<int> sizes;
  for (std::uint32_t item = 0; item < 20000; ++item) {
    RandomStream stream(3, Purpose::kSpace, item);
    const Architecture cell = random_architecture(skeleton, stream);
    ASSERT_TRUE(nlp::is_cell(cell, places)) << "item " << item;
    int n = 0;
    while (n < places && cell[nlp_label_variable(n)] != kAbsent) ++n;
    sizes.insert(n);
  }
  EXPECT_EQ(sizes.size(), static_cast<std::size_t>(places));
}

INSTANTIATE_TEST_SUITE_P(Places, NlpRulesOfSize, testing::Values(2, 3, 5, 9));

// The rules read states as the space lays them out.
TEST(NlpRules, TheSpaceHasTheLayoutOfTheRules) {
  EXPECT_EQ(make_nasbench_nlp()->skeleton().offsets(), nlp::skeleton(kNlpOperations).offsets());
}

}  // namespace
}  // namespace dinas
