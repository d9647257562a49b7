#include "import/nasbench301_surrogate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "import/formats.h"
#include "import/support.h"
#include "space/darts_notation.h"
#include "support/temp.h"

namespace dinas {
namespace {

using Features = std::array<float, kSurrogateFeatures>;

DartsGenotype genotype(const std::string& text) {
  std::string why;
  const auto parsed = parse_darts(text, why);
  EXPECT_TRUE(parsed) << why;
  return parsed.value_or(DartsGenotype{});
}

// The settings and, where the cells decide, 0: what ConfigSpace 0.4.12 gave for both genotypes
// below with nasbench301's own configspace.json.
Features settings() {
  Features features{};
  features[0] = 0.5863451791322545F;     // batch_size 96
  features[4] = 0.16666444442962952F;    // cutout_holes 1
  features[5] = 0.3099999239999697F;     // cutout_length 16
  features[14] = 0.003149999006299998F;  // init_channels 32
  features[21] = 0.000749999001499998F;  // layers 8
  features[24] = -3.6888794541139363F;   // learning_rate 0.025
  features[25] = 0.8988764044943821F;    // momentum 0.9
  features[26] = -8.111728083308073F;    // weight_decay 0.0003
  features[27] = 0.009949999019899998F;  // T_max 100
  features[28] = 1e-12F;                 // eta_min
  features[31] = 0.7051278400653053F;    // mixup 0.2
  return features;
}

void place(Features& features, std::size_t from, const std::vector<int>& values) {
  for (const int value : values) features.at(from++) = static_cast<float>(value);
}

void expect_near(const Features& found, const Features& expected) {
  for (std::size_t i = 0; i < kSurrogateFeatures; ++i) {
    EXPECT_FLOAT_EQ(found.at(i), expected.at(i)) << "feature " << i;
  }
}

// The genotype of nasbench301/example.py.
const std::string kExample =
    "sep_conv_3x3~0 sep_conv_3x3~1 sep_conv_3x3~0 sep_conv_3x3~1 sep_conv_3x3~1 skip_connect~0 "
    "skip_connect~0 dil_conv_3x3~2 max_pool_3x3~0 max_pool_3x3~1 skip_connect~2 max_pool_3x3~1 "
    "max_pool_3x3~0 skip_connect~2 skip_connect~2 max_pool_3x3~1";
const std::string kOther =
    "dil_conv_5x5~1 avg_pool_3x3~0 sep_conv_5x5~2 max_pool_3x3~1 skip_connect~3 dil_conv_3x3~2 "
    "sep_conv_3x3~4 dil_conv_5x5~3 avg_pool_3x3~0 sep_conv_5x5~1 dil_conv_3x3~0 skip_connect~2 "
    "sep_conv_3x3~0 dil_conv_5x5~3 max_pool_3x3~1 avg_pool_3x3~4";

TEST(Nasbench301Features, OfTheOfficialExample) {
  Features expected = settings();
  place(expected, 10, {3, 3, 0, 0});
  place(expected, 15, {0, 0, 1, 2, 1, 4});
  place(expected, 32, {-1, 5, -1, -1, 3, 3, -1, 2, 3, -1, -1, 2});
  place(expected, 44, {0, 2, -1, -1, -1, 0, 2, 0, -1, 2, -1, -1});
  expect_near(nasbench301_features(genotype(kExample)).value(), expected);
}

TEST(Nasbench301Features, OfAnother) {
  Features expected = settings();
  place(expected, 10, {1, 6, 1, 4});
  place(expected, 15, {2, 5, 9, 1, 2, 6});
  place(expected, 32, {-1, -1, 6, 3, -1, 0, 4, -1, -1, 5, 2, -1});
  place(expected, 44, {0, -1, -1, 1, 5, -1, 2, 3, -1, -1, 6, -1});
  expect_near(nasbench301_features(genotype(kOther)).value(), expected);
}

TEST(Nasbench301Features, OfNoCellWithNone) {
  for (const std::string& cell : {"none~0" + kExample.substr(kExample.find(' ')),
                                  kExample.substr(0, kExample.rfind(' ')) + " none~1"}) {
    EXPECT_FALSE(nasbench301_features(genotype(cell)).has_value()) << cell;
  }
}

// A tree of one split on the operation of edge 0 of the normal cell (feature 10): 3 and 1 above.
std::string split_model(float base, float left, float right) {
  return R"({"learner":{"gradient_booster":{"model":{"gbtree_model_param":{"num_trees":"1"},)"
         R"("trees":[{"default_left":[0,0,0],"left_children":[1,-1,-1],"right_children":[2,-1,-1],)"
         R"("split_conditions":[2.5,)" +
         std::to_string(left) + "," + std::to_string(right) +
         R"(],"split_indices":[10,0,0],"tree_param":{}}]},"name":"gbtree"},)"
         R"("learner_model_param":{"base_score":")" +
         std::to_string(base) +
         R"(","num_class":"0","num_feature":"56"},"objective":{"name":"reg:squarederror"}}})";
}

TEST(Nasbench301Surrogate, IsTheMeanOfItsMembers) {
  const TempFolder folder;
  const auto write = [&](const std::string& name, const std::string& content) {
    std::ofstream(folder.file(name), std::ios::binary) << content;
    return folder.file(name);
  };
  const auto cut = [](const std::string& text) {  // behind the eighth entry
    std::size_t end = 0;
    for (int i = 0; i < 8; ++i) end = text.find(' ', end + 1);
    return text.substr(0, end) + "," + text.substr(end + 1) + "\n";
  };
  const std::string cells = write("cells.csv", "normal,reduce\n" + cut(kExample) + cut(kOther));
  const std::vector<std::string> members = {write("a.json", split_model(90.0F, 1.0F, 2.0F)),
                                            write("b.json", split_model(91.0F, 4.0F, 5.0F))};
  const std::string csv = import_nasbench301_surrogate({members[0], cells, members[1]});
  // 92 and 96: 94, 2 from both. 91 and 95: 93, 2 from both.
  EXPECT_NE(csv.find(",94,2\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",93,2\n"), std::string::npos) << csv;
  EXPECT_TRUE(csv.starts_with("normal,reduce,surrogate_valid_acc,surrogate_valid_acc_std\n"));
  EXPECT_NE(error_of([&] { import_nasbench301_surrogate({members[0]}); }).find("a table of cells"),
            std::string::npos);
}

}  // namespace
}  // namespace dinas
