// The official files of one format (DINAS_FUZZ_FORMAT): a table whose rows are as long as its
// header, or an Error. The files of an input are apart by a line "--"; records of NAS-Bench-101 get
// their frames here, as checksums are hard to guess.
#include <fstream>
#include <vector>

#include "base/error.h"
#include "fuzz/target.h"
#include "import/formats.h"
#include "import/tfrecord.h"
#include "support/temp.h"
#include "table/csv.h"

namespace dinas {
namespace {

std::string number(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
  return bytes;
}

std::string checksum(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return number(static_cast<std::uint32_t>((crc >> 15U | crc << 17U) + 0xa282ead8U), 4);
}

std::string framed(std::string_view record) {
  const std::string size = number(record.size(), 8);
  return size + checksum(size) + std::string(record) + checksum(record);
}

std::vector<std::string> parts_of(std::string_view input) {
  constexpr std::string_view line = "\n--\n";
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = input.find(line);
    parts.emplace_back(input.substr(0, end));
    if (end == std::string_view::npos) return parts;
    input.remove_prefix(end + line.size());
  }
}

void check_table(std::string_view csv) {
  CsvReader reader(csv, "fuzz");
  CsvRow row;
  DINAS_CHECK(reader.next(row));
  const std::size_t columns = row.fields.size();
  while (reader.next(row)) DINAS_CHECK(row.fields.size() == columns);
}

}  // namespace

void fuzz_one(std::string_view input) {
  static const TempFolder folder;
  const ImportFormat& format = find_import_format(DINAS_FUZZ_FORMAT);
  std::vector<std::string> parts = parts_of(input);
  if (format.name == "nasbench101") {
    std::string file;
    for (const std::string& part : parts) file += framed(part);
    parts = {file};
  }
  std::vector<std::string> paths;
  for (const std::string& part : parts) {
    paths.push_back(folder.file("file" + std::to_string(paths.size())));
    std::ofstream(paths.back(), std::ios::binary) << part;
  }
  try {
    check_table(format.read(paths));
  } catch (const Error& error) {
    DINAS_CHECK(!std::string_view(error.what()).empty());
  }
}

}  // namespace dinas
