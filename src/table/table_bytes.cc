#include "table/table_bytes.h"

#include <cstring>
#include <utility>

namespace dinas {
namespace {

class Writer {
 public:
  void number(std::uint64_t value) { raw(&value, sizeof(value)); }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }
  void cell(const FileCell& value) {
    number(value.line);
    text(value.text);
  }
  void raw(const void* data, std::size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
  }
  [[nodiscard]] std::string take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// After the first thing that is missing everything is, and `good` is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  void fail() { good_ = false; }
  std::string_view raw(std::uint64_t size) {
    if (!good_ || size > rest_.size()) {
      good_ = false;
      return {};
    }
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }
  std::uint64_t number() {
    const std::string_view bytes = raw(sizeof(std::uint64_t));
    std::uint64_t value = 0;
    if (good_) std::memcpy(&value, bytes.data(), sizeof(value));
    return value;
  }
  /// A number of things of which each takes at least `least` bytes.
  std::uint64_t count(std::size_t least) {
    const std::uint64_t value = number();
    if (value > rest_.size() / least) good_ = false;
    return good_ ? value : 0;
  }
  std::string text() { return std::string(raw(number())); }
  FileCell cell() {
    const std::uint64_t line = number();
    return {line, text()};
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

void read_architectures(Reader& reader, std::size_t rows, const Space& space, FileTable& table) {
  std::vector<std::uint8_t> sizes;  // of the variables
  for (const Variable& variable : space.skeleton().variables) {
    sizes.push_back(static_cast<std::uint8_t>(variable.size()));
  }
  for (std::size_t row = 0; row < rows && reader.good(); ++row) {
    const std::string_view bytes = reader.raw(sizes.size());
    // The bytes are what they were: those of an Architecture.
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const Architecture& a = table.architectures.emplace_back(begin, begin + bytes.size());
    bool all_below = true;
    for (std::size_t v = 0; v < a.size(); ++v) all_below &= a[v] < sizes[v];
    if (!all_below) reader.fail();
  }
  for (std::size_t row = 0; row < rows && reader.good(); ++row) {
    const std::uint64_t id = reader.number();
    table.classes.push_back({id, reader.raw(1) == std::string_view("\1", 1)});
  }
}

FileColumn read_column(Reader& reader, std::size_t rows) {
  FileColumn column;
  column.name = reader.text();
  column.has_number = reader.number() != 0;
  column.first_text = reader.cell();
  column.first_not_finite = reader.cell();
  const std::string_view values = reader.raw(rows * sizeof(double));
  if (!reader.good()) return column;
  column.values.resize(rows);
  std::memcpy(column.values.data(), values.data(), values.size());
  return column;
}

TableNotice read_notice(Reader& reader) {
  TableNotice notice;
  notice.kind =
      reader.number() == 0 ? TableNotice::Kind::kDuplicate : TableNotice::Kind::kUnknownNotation;
  notice.file = reader.text();
  notice.line = reader.number();
  notice.text = reader.text();
  return notice;
}

}  // namespace

std::string print_file_table(const FileTable& table) {
  Writer writer;
  writer.number(table.architectures.size());
  for (const Architecture& a : table.architectures) writer.raw(a.data(), a.size());
  for (const ArchitectureClass& c : table.classes) {
    writer.number(c.id);
    writer.raw(c.degenerate ? "\1" : "\0", 1);
  }
  writer.number(table.columns.size());
  for (const FileColumn& column : table.columns) {
    writer.text(column.name);
    writer.number(column.has_number ? 1 : 0);
    writer.cell(column.first_text);
    writer.cell(column.first_not_finite);
    writer.raw(column.values.data(), column.values.size() * sizeof(double));
  }
  writer.number(table.notices.size());
  for (const TableNotice& notice : table.notices) {
    writer.number(notice.kind == TableNotice::Kind::kDuplicate ? 0 : 1);
    writer.text(notice.file);
    writer.number(notice.line);
    writer.text(notice.text);
  }
  return std::move(writer).take();
}

std::optional<FileTable> parse_file_table(std::string_view bytes, const Space& space) {
  Reader reader(bytes);
  FileTable table;
  const std::size_t rows = reader.count(space.skeleton().variables.size());
  table.architectures.reserve(rows);
  table.classes.reserve(rows);
  read_architectures(reader, rows, space, table);
  const std::uint64_t columns = reader.count(1);
  for (std::uint64_t i = 0; i < columns && reader.good(); ++i) {
    table.columns.push_back(read_column(reader, rows));
  }
  const std::uint64_t notices = reader.count(1);
  for (std::uint64_t i = 0; i < notices && reader.good(); ++i) {
    table.notices.push_back(read_notice(reader));
  }
  if (!reader.good() || !reader.at_end()) return std::nullopt;
  return table;
}

}  // namespace dinas
