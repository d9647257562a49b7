// The network layer by layer, and its counts against the exact formulas and the table.
#include "network/nasbench101_macro.h"

#include <gtest/gtest.h>

#include <string>

#include "network/counts.h"
#include "network/macro.h"
#include "space/draw.h"
#include "space/nasbench101.h"
#include "space/nasbench101_cost.h"
#include "support/data.h"
#include "support/networks.h"
#include "table/table.h"

namespace dinas {
namespace {

using enum LayerKind;

class NasBench101Macro : public testing::Test {
 protected:
  [[nodiscard]] ImageNetwork network(const std::string& text, const Macro& macro = {}) const {
    return build_network(*space_, architecture_of(*space_, text), macro);
  }
  std::shared_ptr<const Space> space_ = make_nasbench101();
};

TEST_F(NasBench101Macro, InputJoinedToOutput) {
  const ImageNetwork n = network("100000000000000000000 1 5 0 0 0 0 0");
  EXPECT_EQ(layers_of_kind(n, kConvolution), 1 + 9);
  EXPECT_EQ(layers_of_kind(n, kRelu), 1 + 9);
  EXPECT_EQ(layers_of_kind(n, kMaxPool), 2);
  EXPECT_EQ(layer_at(n, n.output - 2).shape, (Shape{512, 8, 8}));
}

// The 27 pairs of edges row by row: input to both inner nodes, to the output; the first inner node
// to the second and to the output; the second to the output. Channels 65, 64 of 129: the second
// reads 64 of the first.
TEST_F(NasBench101Macro, EveryKindOfEdge) {
  const ImageNetwork n =
      network("111000110001000000000 1 3 4 5 0 0 0", {.channels = 129, .cells = 1});
  // Stem: 1 to 3. First node: 1x1 of the input, 3x3.
  EXPECT_EQ(layer_at(n, 4).shape, (Shape{65, 32, 32}));
  EXPECT_EQ(layer_at(n, 4).kernel, 1);
  EXPECT_EQ(layer_at(n, 7).kernel, 3);
  // Second node: the first 64 channels, 1x1 of the input, sum, max pooling.
  EXPECT_EQ(layer_at(n, 10).kind, kSlice);
  EXPECT_EQ(layer_at(n, 10).shape, (Shape{64, 32, 32}));
  EXPECT_EQ(layer_at(n, 14).kind, kAdd);
  EXPECT_EQ(layer_at(n, 15).kind, kMaxPool);
  EXPECT_EQ(layer_at(n, 15).shape, (Shape{64, 32, 32}));
  // Output: both beside each other, plus 1x1 of the input.
  EXPECT_EQ(layer_at(n, 16).kind, kConcat);
  EXPECT_EQ(layer_at(n, 16).inputs, (std::vector{9, 15}));
  EXPECT_EQ(layer_at(n, 20).kind, kAdd);
  EXPECT_EQ(layer_at(n, 20).inputs, (std::vector{16, 19}));
  EXPECT_EQ(layer_at(n, 21).kind, kMaxPool);
  EXPECT_EQ(layer_at(n, 21).shape, (Shape{129, 16, 16}));
}

TEST_F(NasBench101Macro, CountsEqualTheFormulas) {
  for (std::uint32_t i = 0; i < 300; ++i) {
    RandomStream stream(1, Purpose::kCheck, i);
    const Architecture architecture = random_architecture(space_->skeleton(), stream);
    const NasBench101Cost expected = nasbench101_cost(nasbench101_cell(architecture));
    const NetworkCounts counts = count(build_network(*space_, architecture, {}));
    ASSERT_EQ(counts.params, expected.params);
    ASSERT_EQ(counts.macs, expected.macs);
    // Every node is on a path from the input to the output.
    ASSERT_EQ(count(pruned(build_network(*space_, architecture, {}))).params, expected.params);
  }
}

TEST_F(NasBench101Macro, ParamsEqualTheTable) {
  DINAS_NEED_DATA();
  const Table table =
      load_tables({data_folder() + "/nasbench101_energy/ec_nas_7v_4epochs.csv.gz"}, space_);
  ASSERT_EQ(table.rows(), 4310U);
  const Column* params = table.find_column("params");
  ASSERT_NE(params, nullptr);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const ImageNetwork n = build_network(*space_, table.architecture(row), {});
    ASSERT_EQ(static_cast<double>(count(n).params), params->values[row]);
  }
}

}  // namespace
}  // namespace dinas
