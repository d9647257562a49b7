#include "measure/row_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "table/sheet.h"

namespace dinas {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kNotation = "architecture";

[[noreturn]] void fail(const std::string& file, const char* what) {
  throw Error(fmt::format("{}: {}: {}", file, what, std::strerror(errno)));
}

}  // namespace

RowFile::RowFile(std::string file, std::shared_ptr<const Space> space,
                 std::vector<std::string> columns, const std::string& settings)
    : file_(std::move(file)), space_(std::move(space)), columns_(std::move(columns)) {
  open_alone();
  try {
    const std::string text = whole_lines();
    if (!text.empty()) read_rows(text);
    if (!rows_.empty()) {
      check_settings(settings);
    } else {  // new, or nothing hangs on what was said before
      write_file(settings_file(file_), Json::parse(settings).dump(2) + "\n");
      if (::ftruncate(descriptor_, 0) != 0) fail(file_, "cannot be emptied");
      write_bytes(header() + "\n");
    }
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

// The lock is on the file itself, which another process may be replacing by its sorted self.
void RowFile::open_alone() {
  while (true) {
    descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail(file_, "cannot be opened for writing");
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      ::close(descriptor_);
      throw Error(file_ +
                  " is being written by another process: wait for it, or name another file");
    }
    struct stat opened {};
    struct stat named {};
    if (::fstat(descriptor_, &opened) == 0 && ::stat(file_.c_str(), &named) == 0 &&
        opened.st_ino == named.st_ino && opened.st_dev == named.st_dev) {
      return;
    }
    ::close(descriptor_);
  }
}

// What the file holds, without half a line at its end, which a kill leaves.
std::string RowFile::whole_lines() {
  std::string text = read_file(file_);
  const std::size_t end = text.rfind('\n');
  const std::size_t whole = end == std::string::npos ? 0 : end + 1;
  if (whole < text.size()) {
    if (::ftruncate(descriptor_, static_cast<off_t>(whole)) != 0) fail(file_, "cannot be cut");
    text.resize(whole);
  }
  return text;
}

// All or nothing: half a row is taken back.
void RowFile::write_bytes(const std::string& bytes) {
  const off_t before = ::lseek(descriptor_, 0, SEEK_END);
  if (::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size())) {
    if (::fdatasync(descriptor_) == 0) return;
  }
  const int reason = errno;
  if (before < 0 || ::ftruncate(descriptor_, before) != 0) torn_ = true;
  errno = reason;
  fail(file_, "a row could not be written");
}

RowFile::~RowFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string RowFile::header() const {
  std::string text = kNotation;
  for (const std::string& column : columns_) text += "," + csv_field(column);
  return text;
}

void RowFile::check_settings(const std::string& settings) const {
  const std::string beside = settings_file(file_);
  if (!std::filesystem::exists(beside)) {
    throw Error(fmt::format(
        "{} exists, but not {}, which says how it was measured: name another file with --out",
        file_, beside));
  }
  const Json found = Json::parse(read_file(beside), nullptr, false);
  if (!found.is_object()) throw Error(fmt::format("{}: expected a JSON object", beside));
  const Json expected = Json::parse(settings);
  for (const auto& [name, value] : expected.items()) {
    const std::string there = found.contains(name) ? found[name].dump() : "nothing";
    if (there == value.dump()) continue;
    throw Error(fmt::format(
        "{} was measured with {} = {}, and this run has {}: give the same options to continue it, "
        "or name another file with --out",
        file_, name, there, value.dump()));
  }
}

void RowFile::read_rows(const std::string& text) {
  if (!text.starts_with(header() + "\n")) {
    throw Error(fmt::format("{}: expected the columns {}, found '{}': name another file with --out",
                            file_, header(), shown(text.substr(0, text.find('\n')))));
  }
  CsvReader reader(text, file_);
  CsvRow row;
  reader.next(row);
  while (reader.next(row)) {
    std::string why;
    const auto architecture = space_->parse(row.fields[0], why);
    std::vector<double> values(row.fields.size() - 1);
    bool good = architecture && values.size() == columns_.size();
    for (std::size_t i = 0; good && i < values.size(); ++i) {
      const CellKind kind = parse_cell(row.fields[i + 1], values[i]);
      good = kind == CellKind::kNumber || kind == CellKind::kMissing;
    }
    if (!good) {
      throw Error(fmt::format("{}:{}: expected an architecture of {} and {} numbers", file_,
                              row.line, space_->name(), columns_.size()));
    }
    rows_.insert_or_assign(*architecture, std::move(values));  // measured again: the last counts
  }
}

std::optional<std::vector<double>> RowFile::row(const Architecture& architecture) const {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(architecture);
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

std::string RowFile::line(const Architecture& architecture,
                          const std::vector<double>& values) const {
  std::string text = csv_field(space_->print(architecture));
  for (const double value : values) text += "," + csv_field(value);
  return text + '\n';
}

void RowFile::append(const Architecture& architecture, const std::vector<double>& values) {
  DINAS_CHECK(values.size() == columns_.size() && descriptor_ >= 0);
  const std::string bytes = line(architecture, values);
  const std::scoped_lock lock(mutex_);
  if (torn_) throw Error(file_ + " could not be written to the end before");
  write_bytes(bytes);
  rows_.insert_or_assign(architecture, values);
}

void RowFile::finish(const std::vector<Architecture>& order) {
  const std::scoped_lock lock(mutex_);
  std::string text = header() + "\n";
  std::map<Architecture, std::vector<double>> rest = rows_;
  for (const Architecture& architecture : order) {
    const auto row = rest.extract(architecture);
    if (!row.empty()) text += line(architecture, row.mapped());
  }
  for (const auto& [architecture, values] : rest) text += line(architecture, values);
  write_file(file_, text);
  ::close(std::exchange(descriptor_, -1));
}

}  // namespace dinas
