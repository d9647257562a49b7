#include "table/csv.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/error.h"

namespace dinas {
namespace {

struct Record {
  std::uint64_t line;
  std::vector<std::string> fields;
  bool operator==(const Record&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Record& record) {
  out << record.line << ":";
  for (const std::string& field : record.fields) out << " [" << field << "]";
  return out;
}

std::vector<Record> read(std::string_view text) {
  CsvReader reader(text, "t.csv");
  std::vector<Record> records;
  for (CsvRow row; reader.next(row);) {
    records.push_back({row.line, {row.fields.begin(), row.fields.end()}});
  }
  return records;
}

std::string message(std::string_view text) {
  try {
    read(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

using Records = std::vector<Record>;

TEST(Csv, PlainFieldsWithAndWithoutFinalNewline) {
  const Records expected = {{1, {"a", "b"}}, {2, {"1", ""}}};
  EXPECT_EQ(read("a,b\n1,\n"), expected);
  EXPECT_EQ(read("a,b\n1,"), expected);
}

TEST(Csv, CrLfIsALineEndAndALoneCrIsNot) {
  EXPECT_EQ(read("a,b\r\n1,2\r\n"), (Records{{1, {"a", "b"}}, {2, {"1", "2"}}}));
  EXPECT_EQ(read("a\rb,c\n"), (Records{{1, {"a\rb", "c"}}}));
}

TEST(Csv, EmptyLinesArePassedOverAndCounted) {
  EXPECT_EQ(read("\na\n\n\r\nb\n\n"), (Records{{2, {"a"}}, {5, {"b"}}}));
  EXPECT_EQ(read(""), Records{});
  EXPECT_EQ(read("\n\n"), Records{});
}

TEST(Csv, ByteOrderMarkIsNoPartOfTheFirstName) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a,b\n"),
            (Records{{1, {"a", "b"}}}));
}

TEST(Csv, QuotedFields) {
  EXPECT_EQ(read("\"a,b\",\"\",\"say \"\"hi\"\"\"\n"), (Records{{1, {"a,b", "", "say \"hi\""}}}));
  EXPECT_EQ(read("\"\"\"\"\r\n"), (Records{{1, {"\""}}}));
}

TEST(Csv, LineNumbersCountNewlinesInsideQuotes) {
  EXPECT_EQ(read("x,\"two\nlines\"\ny,z\n"), (Records{{1, {"x", "two\nlines"}}, {3, {"y", "z"}}}));
}

TEST(Csv, UnescapedFieldsStayValidWhileReadingOn) {
  const std::string text = "\"a\"\"a\"\n\"b\"\"b\"\n";
  CsvReader reader(text, "t.csv");
  CsvRow first;
  CsvRow second;
  ASSERT_TRUE(reader.next(first));
  ASSERT_TRUE(reader.next(second));
  EXPECT_EQ(first.fields[0], "a\"a");
  EXPECT_EQ(second.fields[0], "b\"b");
}

TEST(Csv, BrokenQuotesAreErrorsWithTheLine) {
  EXPECT_EQ(message("a\nb,\"open\nx\n"),
            "t.csv:2: expected comma-separated values (RFC 4180), found a quote that is never "
            "closed");
  EXPECT_EQ(message("a\n\"b\"c\n"),
            "t.csv:2: expected comma-separated values (RFC 4180), found text behind a closing "
            "quote");
  EXPECT_EQ(message("a\nb\"c\n"),
            "t.csv:2: expected comma-separated values (RFC 4180), found a quote inside a field "
            "that does not begin with one");
}

TEST(CsvField, IsReadBack) {
  for (const std::string field : {"", "plain", "a,b", "say \"x\"", "two\nlines", "[[0,1],[0,2]]"}) {
    const std::string text = "x," + csv_field(field) + "\n";
    CsvReader reader(text, "t.csv");
    CsvRow row;
    ASSERT_TRUE(reader.next(row));
    ASSERT_EQ(row.fields.size(), 2U);
    EXPECT_EQ(row.fields[1], field);
  }
}

TEST(CsvField, NumbersKeepTheirDigits) {
  EXPECT_EQ(csv_field(0.1), "0.1");
  EXPECT_EQ(csv_field(1.0 / 3.0), "0.3333333333333333");
  EXPECT_EQ(csv_field(std::numeric_limits<double>::quiet_NaN()), "");
}

}  // namespace
}  // namespace dinas
