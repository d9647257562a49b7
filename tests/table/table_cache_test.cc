#include "table/table_cache.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "support/temp.h"
#include "table/cells.h"
#include "table/csv.h"
#include "table/table_bytes.h"

namespace dinas {
namespace {

namespace fs = std::filesystem;

const std::string kText =
    "cell,acc,note,odd\n" + kA + ",1.5,x,inf\n" + kB + ",,y,2\n" + kA + ",3,z,3\nnothing,4,z,4\n";
constexpr std::size_t kHead = 80;  // bytes before the table's own
constexpr std::size_t kCode = 8;   // which code made it
constexpr std::size_t kChecksum = 24;
constexpr std::size_t kChecked = 32;  // from here on
constexpr std::size_t kChanged = 64;  // the time of the file's last change, in ns
constexpr std::size_t kContent = 72;  // the hash of its bytes

class CachedTable : public testing::Test {
 protected:
  void SetUp() override { write_file(source_, kText); }

  FileTable load() { return read_cached_table(source_, *space_, cache_); }
  std::string cache_file() {
    std::string found;
    for (const auto& entry : fs::directory_iterator(cache_.folder)) found = entry.path().string();
    return found;
  }
  // Replaces 1.5 in the cache by 2.5.
  void alter_value() {
    std::string bytes = read_file(cache_file());
    const double old_value = 1.5;
    const double new_value = 2.5;
    std::string pattern(sizeof(double), '\0');
    std::memcpy(pattern.data(), &old_value, sizeof(double));
    const std::size_t at = bytes.find(pattern, kHead);
    ASSERT_NE(at, std::string::npos);
    std::memcpy(bytes.data() + at, &new_value, sizeof(double));
    write_checked(bytes);
  }
  void set_word(std::size_t at, std::uint64_t word) {
    std::string bytes = read_file(cache_file());
    std::memcpy(bytes.data() + at, &word, sizeof(word));
    write_checked(bytes);
  }
  // As the cache, with a checksum that is right again.
  void write_checked(std::string bytes) {
    const std::uint64_t crc = crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data() + kChecked),
                                      bytes.size() - kChecked);
    std::memcpy(bytes.data() + kChecksum, &crc, sizeof(crc));
    write_file(cache_file(), bytes);
  }
  static double first_value(const FileTable& table) { return table.columns.at(0).values.at(0); }

  TempFolder folder_;
  std::shared_ptr<const Space> space_ = find_space("nasbench201");
  std::string source_ = folder_.file("t.csv");
  TableCache cache_{folder_.file("cache/tables"), 1};
};

TEST_F(CachedTable, HoldsAllThatWasRead) {
  const FileTable read = load();
  const auto again = parse_file_table(print_file_table(read), *space_);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->architectures, read.architectures);
  ASSERT_EQ(read.classes.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(again->classes[i].id, read.classes[i].id);
  ASSERT_EQ(again->columns.size(), 3U);
  EXPECT_EQ(again->columns[0].values[0], 1.5);
  EXPECT_TRUE(std::isnan(again->columns[0].values[1]));
  EXPECT_EQ(again->columns[1].first_text.line, 2U);
  EXPECT_EQ(again->columns[1].first_text.text, "x");
  EXPECT_EQ(again->columns[2].first_not_finite.text, "inf");
  ASSERT_EQ(again->notices.size(), 2U);
  EXPECT_EQ(again->notices[0].kind, TableNotice::Kind::kDuplicate);
  EXPECT_EQ(again->notices[0].text, read.notices[0].text);
  EXPECT_EQ(again->notices[1].kind, TableNotice::Kind::kUnknownNotation);
}

TEST_F(CachedTable, IsUsedWhileTheFileIsTheSame) {
  EXPECT_EQ(first_value(load()), 1.5);
  alter_value();
  EXPECT_EQ(first_value(load()), 2.5);
  // Copied back: other times and another inode, the same content.
  fs::copy_file(source_, folder_.file("copy"));
  fs::rename(folder_.file("copy"), source_);
  EXPECT_EQ(first_value(load()), 2.5);
}

// A file that has just been written is told by its bytes; one that has settled by its times alone.
TEST_F(CachedTable, OfASettledFileIsUsedWithoutReadingIt) {
  load();
  alter_value();
  struct stat info {};
  ASSERT_EQ(::stat(source_.c_str(), &info), 0);
  const auto changed = static_cast<std::uint64_t>(info.st_ctim.tv_sec) * 1'000'000'000U +
                       static_cast<std::uint64_t>(info.st_ctim.tv_nsec);
  set_word(kContent, 1);  // not the hash of the file
  set_word(kChanged, changed);
  EXPECT_EQ(first_value(load()), 2.5);
  set_word(kChanged, changed + 1);
  EXPECT_EQ(first_value(load()), 1.5);
}

TEST_F(CachedTable, IsTheUsersAlone) {
  load();
  EXPECT_EQ(fs::status(cache_.folder).permissions(), fs::perms::owner_all);
}

TEST_F(CachedTable, IsLeftWhenTheFileChanges) {
  load();
  alter_value();
  const auto time = fs::last_write_time(source_);
  std::string other = kText;
  other.replace(other.find("1.5"), 3, "7.5");
  write_file(source_, other);
  fs::last_write_time(source_, time);  // the same size and time
  EXPECT_EQ(first_value(load()), 7.5);
  EXPECT_EQ(first_value(load()), 7.5);
}

TEST_F(CachedTable, OfAnotherFileIsNotUsed) {
  load();
  alter_value();
  const std::string altered = read_file(cache_file());
  fs::remove(cache_file());
  const std::string second = folder_.file("second.csv");
  fs::copy_file(source_, second);
  read_cached_table(second, *space_, cache_);
  write_file(cache_file(), altered);  // under the name of the second file's
  EXPECT_EQ(first_value(read_cached_table(second, *space_, cache_)), 1.5);
}

TEST_F(CachedTable, OfOtherCodeIsNotUsed) {
  load();
  alter_value();
  std::uint64_t code = 0;
  std::memcpy(&code, read_file(cache_file()).data() + kCode, sizeof(code));
  set_word(kCode, code);
  EXPECT_EQ(first_value(load()), 2.5);
  set_word(kCode, code + 1);
  EXPECT_EQ(first_value(load()), 1.5);
  // And the cache is this code's now.
  alter_value();
  EXPECT_EQ(first_value(load()), 2.5);
}

TEST_F(CachedTable, ThatIsDamagedIsNotUsed) {
  load();
  alter_value();
  const std::string path = cache_file();
  const std::string good = read_file(path);
  EXPECT_EQ(first_value(load()), 2.5);
  for (std::size_t i = 0; i < good.size(); i += 7) {  // 7: every part of every number
    std::string bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x10);
    write_file(path, bytes);
    EXPECT_EQ(first_value(load()), 1.5) << i;
    write_file(path, good.substr(0, i));
    EXPECT_EQ(first_value(load()), 1.5) << i;
  }
}

TEST_F(CachedTable, BytesThatAreNoTableAreRefused) {
  const std::string good = print_file_table(load());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(parse_file_table(std::string_view(good).substr(0, size), *space_)) << size;
  }
  EXPECT_FALSE(parse_file_table(good + "x", *space_));
  std::string no_value = good;
  no_value[8] = 5;  // there are five operations, 0 to 4
  EXPECT_FALSE(parse_file_table(no_value, *space_));
}

TEST_F(CachedTable, IsNotNeeded) {
  cache_.least_rows = 3;
  EXPECT_EQ(first_value(load()), 1.5);
  EXPECT_FALSE(fs::exists(cache_.folder));
  cache_ = {source_ + "/no/folder", 1};  // cannot be made
  EXPECT_EQ(first_value(load()), 1.5);
  cache_ = {folder_.file("cache"), 1};
  load();
  const std::string path = cache_file();
  fs::remove(path);
  fs::create_directory(path);  // no file
  EXPECT_EQ(first_value(load()), 1.5);
  EXPECT_TRUE(fs::is_directory(path));
}

// Every row and value; that the second load is from the cache, an altered value shows.
TEST_F(CachedTable, IsTheTableOfTheFile) {
  const auto large = find_space("nasbench101");
  std::vector<Architecture> cells = *large->representatives();
  cells.resize(2000);
  std::string text = "cell,acc,error\n";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text +=
        fmt::format("{},{},{}\n", csv_field(large->print(cells[i])), 0.25 * static_cast<double>(i),
                    i % 3 == 0 ? "" : fmt::format("{}", 1.0 / static_cast<double>(i)));
  }
  write_file(source_, text);
  const Table read = load_tables({source_}, large, cache_);
  const Table kept = load_tables({source_}, large, cache_);
  ASSERT_EQ(kept.rows(), cells.size());
  for (std::size_t row = 0; row < kept.rows(); ++row) {
    EXPECT_EQ(kept.architecture(row), read.architecture(row));
    EXPECT_EQ(kept.class_of(row), large->canonical_class(cells[row]));
    EXPECT_EQ(kept.find(cells[row]), row);
    EXPECT_EQ(kept.find_class(kept.class_of(row)), row);
  }
  for (const char* name : {"acc", "error"}) {
    const auto& expected = read.find_column(name)->values;
    const auto& values = kept.find_column(name)->values;
    ASSERT_EQ(values.size(), expected.size());
    EXPECT_EQ(std::memcmp(values.data(), expected.data(), values.size() * sizeof(double)), 0);
  }
  alter_value();
  const Table altered = load_tables({source_}, large, cache_);
  EXPECT_EQ(altered.find_column("acc")->values[6], 2.5);
}

TEST_F(CachedTable, JoinsLikeTheFileItself) {
  std::string text = kText;
  text.replace(text.find("inf"), 3, "1");
  write_file(source_, text);
  for (int i = 0; i < 2; ++i) {
    const Table table = load_tables({source_, "P=" + source_}, space_, cache_);
    EXPECT_EQ(table.rows(), 2U);
    EXPECT_EQ(table.find_column("P.acc")->values[0], 1.5);
    EXPECT_EQ(table.find_column("odd")->values[1], 2.0);
    EXPECT_EQ(table.class_of(1), space_->canonical_class(table.architecture(1)));
    EXPECT_EQ(table.notices().size(), 4U);
  }
}

}  // namespace
}  // namespace dinas
