#include "space/space.h"

#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "base/random.h"
#include "space/draw.h"

namespace dinas {
namespace {

TEST(Spaces, EveryNameIsFoundUnderItself) {
  ASSERT_FALSE(space_names().empty());
  for (const std::string& name : space_names()) EXPECT_EQ(find_space(name)->name(), name);
}

TEST(Spaces, UnknownNameListsTheKnownOnes) {
  try {
    find_space("nasbench");
    FAIL() << "no error";
  } catch (const UsageError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("'nasbench'"), std::string::npos) << text;
    for (const std::string& name : space_names()) {
      EXPECT_NE(text.find(name), std::string::npos) << text;
    }
  }
}

// An architecture differs from its effective form exactly where the space says it has such forms.
TEST(Spaces, SayWhetherTheyHaveEffectiveForms) {
  for (const std::string& name : space_names()) {
    const auto space = find_space(name);
    RandomStream stream(1, Purpose::kCheck);
    bool differs = false;
    for (int draw = 0; draw < 100; ++draw) {
      const Architecture a = random_architecture(space->skeleton(), stream);
      differs = differs || space->effective(a) != a;
    }
    EXPECT_EQ(differs, space->has_effective_forms()) << name;
  }
}

// Variables of sizes 2, 3 and 4: index = a + 2 b + 6 c.
TEST(Enumeration, MixedSizesByHand) {
  Skeleton skeleton;
  for (const std::size_t size : {2U, 3U, 4U}) {
    Variable variable;
    variable.values.resize(size);
    skeleton.variables.push_back(variable);
  }
  EXPECT_EQ(skeleton.offsets(), (std::vector<int>{0, 2, 5, 9}));
  EXPECT_EQ(skeleton.total_values(), 9);
  EXPECT_EQ(nth_architecture(skeleton, 0), (Architecture{0, 0, 0}));
  EXPECT_EQ(nth_architecture(skeleton, 23), (Architecture{1, 2, 3}));
  EXPECT_EQ(nth_architecture(skeleton, 9), (Architecture{1, 1, 1}));
  for (std::uint64_t i = 0; i < 24; ++i) {
    EXPECT_EQ(architecture_index(skeleton, nth_architecture(skeleton, i)), i);
  }
}

}  // namespace
}  // namespace dinas
