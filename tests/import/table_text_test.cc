#include "import/table_text.h"

#include <gtest/gtest.h>

#include "import/support.h"

namespace dinas {
namespace {

TEST(TableText, QuotesAndCounts) {
  TableText table("f", {"name", "a,b"});
  table.text("x\"y\nz");
  table.number(0.1);
  table.end_row();
  table.number(kMissing);
  table.number(std::numeric_limits<double>::infinity());
  table.end_row();
  EXPECT_EQ(std::move(table).take(), "name,\"a,b\"\n\"x\"\"y\nz\",0.1\n,\n");
}

TEST(TableText, HoldsRowsOfOneLength) {
  TableText table("f", {"a", "b"});
  table.number(1.0);
  EXPECT_THROW(table.end_row(), BugError);
}

TEST(TableText, EndsAtItsLimit) {
  TableText table("f.pickle", {"a"}, 6);  // "a", then a line end
  table.text("123");
  table.end_row();
  EXPECT_NE(error_of([&] {
              table.number(4.0);
            }).find("f.pickle: expected values that make a table of at most 6"),
            std::string::npos);
  TableText other("f.pickle", {"a"}, 6);
  EXPECT_THROW(other.text("12345"), Error);
  EXPECT_THROW(other.text("\"\"\""), Error);  // eight bytes when quoted
}

}  // namespace
}  // namespace dinas
