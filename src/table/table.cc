#include "table/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "base/text.h"

namespace dinas {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kSuggestions = 3;

// For RowIndex; of no meaning outside. Eight bytes at a time, each mixed in by a product.
std::uint64_t hash_of(std::span<const std::uint8_t> bytes) {
  constexpr std::uint64_t factor = 0xff51afd7ed558ccdULL;  // the finaliser's of MurmurHash3
  std::uint64_t hash = bytes.size();
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = std::min(bytes.size(), sizeof(word));
    std::memcpy(&word, bytes.data(), size);
    hash = (hash ^ word) * factor;
    hash ^= hash >> 32U;
    bytes = bytes.subspan(size);
  }
  return hash;
}

std::vector<std::string> nearest(const std::string& name, std::vector<std::string> known) {
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  std::stable_sort(known.begin(), known.end(), [&](const auto& a, const auto& b) {
    return edit_distance(name, a) < edit_distance(name, b);
  });
  known.resize(std::min(known.size(), kSuggestions));
  return known;
}

}  // namespace

ArchitectureClass class_of(const Space& space, const Architecture& architecture) {
  return {space.canonical_class(architecture), space.is_degenerate(architecture)};
}

std::optional<std::size_t> Table::find(std::span<const std::uint8_t> architecture) const {
  return find(architecture, hash_of(architecture));
}

std::optional<std::size_t> Table::find(std::span<const std::uint8_t> architecture,
                                       std::uint64_t hash) const {
  return index_.find(
      hash, [&](std::size_t row) { return std::ranges::equal(architectures_[row], architecture); });
}

std::optional<std::size_t> Table::find_class(std::uint64_t id) const {
  return class_index_.find(id, [&](std::size_t row) { return classes_[row] == id; });
}

void Table::let_rows_tell_of_classes() {
  std::vector<std::size_t> by_class(rows());
  std::iota(by_class.begin(), by_class.end(), std::size_t{0});
  std::ranges::stable_sort(by_class, {}, [&](std::size_t row) { return classes_[row]; });
  next_of_class_.assign(rows(), rows());
  for (std::size_t i = 1; i < by_class.size(); ++i) {
    const auto [before, row] = std::pair{by_class[i - 1], by_class[i]};
    if (classes_[before] == classes_[row]) next_of_class_[before] = row;
  }
}

std::optional<std::size_t> Table::look_up(std::span<const std::uint8_t> architecture) const {
  const auto row = find(architecture);
  if (row || next_of_class_.empty()) return row;
  return find_class(space_->canonical_class(architecture));
}

const Column* Table::find_column(std::string_view name) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(),
                                  [&](const Column& column) { return column.name == name; });
  return found == columns_.end() ? nullptr : &*found;
}

void Table::fill_computed() {
  for (Column& column : columns_) {
    const auto metric = computed_metric(*space_, column.name);
    if (!metric) continue;
    for (std::size_t row = 0; row < rows(); ++row) {
      double& value = column.values[row];
      if (std::isnan(value)) value = space_->compute(*metric, architectures_[row]);
    }
  }
}

std::optional<std::size_t> Table::row_with(const Column& column,
                                           std::span<const std::uint8_t> architecture) const {
  const auto own = find(architecture);
  if (own && !std::isnan(column.values[*own])) return own;
  if (next_of_class_.empty()) return std::nullopt;
  const auto first = find_class(own ? classes_[*own] : space_->canonical_class(architecture));
  // Rows added later are behind the end, like none.
  for (std::size_t row = first.value_or(rows()); row < next_of_class_.size();
       row = next_of_class_[row]) {
    if (!std::isnan(column.values[row])) return row;
  }
  return std::nullopt;
}

double Table::value(const Column& column, std::span<const std::uint8_t> architecture) const {
  if (const auto metric = computed_metric(*space_, column.name)) {
    const auto own = find(architecture);
    if (own && !std::isnan(column.values[*own])) return column.values[*own];
    return space_->compute(*metric, architecture);
  }
  const auto row = row_with(column, architecture);
  return row ? column.values[*row] : kMissing;
}

const Column& Table::require_column(const std::string& name) {
  if (const Column* column = find_column(name)) return *column;
  for (const TextColumn& text : text_columns_) {
    if (text.name != name) continue;
    throw Error(
        fmt::format("{}:{}: column '{}' is no metric: expected a number, found '{}'; "
                    "correct the cell or leave it empty if the value is missing",
                    text.file, text.line, name, text.cell));
  }
  if (computed_metric(*space_, name)) {
    Column& column = add_column(name, "computed");
    fill_computed();
    return column;
  }
  const auto& computed = space_->computed_metrics();
  std::vector<std::string> known;
  for (const Column& column : columns_) known.push_back(column.name);
  for (const ComputedMetric& metric : computed) known.push_back(metric.name);
  throw UsageError(
      fmt::format("unknown metric '{}': expected a numeric column of the table or a "
                  "computed metric of {}; the nearest names are {}",
                  name, space_->name(), fmt::join(nearest(name, known), ", ")));
}

std::size_t Table::add_architecture(const Architecture& architecture) {
  DINAS_CHECK(architecture.size() == space_->skeleton().variables.size());
  const std::uint64_t hash = hash_of(architecture);
  if (const auto row = find(architecture, hash)) return *row;
  return add(architecture, hash, dinas::class_of(*space_, architecture));
}

std::vector<std::size_t> Table::add_architectures(std::vector<Architecture> architectures,
                                                  std::span<const ArchitectureClass> known) {
  DINAS_CHECK(architectures.size() == known.size());
  constexpr std::size_t ahead = 16;  // rows, about as long as memory takes
  const std::size_t count = architectures.size();
  index_.reserve(rows() + count);
  class_index_.reserve(rows() + count);
  architectures_.reserve(rows() + count);
  std::vector<std::uint64_t> hashes(count);
  std::vector<std::size_t> result(count);
  for (std::size_t i = 0; i < count + ahead; ++i) {
    if (i < count) {
      DINAS_CHECK(architectures[i].size() == space_->skeleton().variables.size());
      hashes[i] = hash_of(architectures[i]);
      index_.prefetch(hashes[i]);
      class_index_.prefetch(known[i].id);
    }
    if (i < ahead) continue;
    const std::size_t at = i - ahead;
    const auto row = find(architectures[at], hashes[at]);
    result[at] = row ? *row : add(std::move(architectures[at]), hashes[at], known[at]);
  }
  return result;
}

// For an architecture that the table does not have.
std::size_t Table::add(Architecture architecture, std::uint64_t hash,
                       const ArchitectureClass& known) {
  const std::size_t row = rows();
  index_.add(hash, row);
  if (!find_class(known.id)) class_index_.add(known.id, row);
  architectures_.push_back(std::move(architecture));
  classes_.push_back(known.id);
  degenerate_.push_back(known.degenerate ? 1 : 0);
  for (Column& column : columns_) column.values.push_back(kMissing);
  return row;
}

Column& Table::add_column(std::string name, std::string file, std::vector<double> values) {
  DINAS_CHECK(values.size() <= rows());
  values.resize(rows(), kMissing);
  columns_.push_back({std::move(name), std::move(file), std::move(values)});
  return columns_.back();
}

bool is_rounded(double tabled, double computed) {
  return std::abs(tabled - computed) <= 1e-4 * std::abs(computed);
}

}  // namespace dinas
