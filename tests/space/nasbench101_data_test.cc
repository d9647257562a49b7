// Cells of the energy table against its column of parameters.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/file.h"
#include "space/nasbench101.h"
#include "space/table_text.h"
#include "support/data.h"

namespace dinas {
namespace {

TEST(NasBench101Table, ParamsAreReproducedExactly) {
  DINAS_NEED_DATA();
  const auto space = make_nasbench101();
  ASSERT_EQ(space->computed_metrics()[0].name, "params");
  const std::string text =
      read_file(data_folder() + "/nasbench101_energy/ec_nas_7v_4epochs.csv.gz");
  std::vector<std::string> lines = split(text, '\n');
  ASSERT_EQ(lines[0], "row,adj_upper,v1,v2,v3,v4,v5,v6,v7,energy_kwh_4epochs,params");
  std::size_t rows = 0;
  for (std::size_t i = 1; i < lines.size() && !lines[i].empty(); ++i, ++rows) {
    const std::vector<std::string> fields = split(lines[i], ',');
    ASSERT_EQ(fields.size(), 11U);
    std::string cell = fields[1];
    for (std::size_t v = 2; v < 9; ++v) cell += " " + fields[v];
    std::string why;
    const auto architecture = space->parse(cell, why);
    ASSERT_TRUE(architecture.has_value()) << cell << ": " << why;
    ASSERT_EQ(space->compute(0, *architecture), std::stod(fields[10])) << cell;
  }
  EXPECT_EQ(rows, 4310U);
}

}  // namespace
}  // namespace dinas
