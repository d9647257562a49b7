#include "eval/quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <unordered_set>

#include "base/error.h"
#include "eval/statistics.h"

namespace dinas {
namespace {

enum class Verdict { kOutside, kInside, kUnknown };

/// A sample as the table and the space see it.
struct Judged {
  std::optional<std::size_t> row;
  std::uint64_t canonical_class = 0;
  bool degenerate = false;
  std::vector<Verdict> verdicts;  // [bounds]
};

Verdict verdict_on(const Architecture& a, bool degenerate, const Table& table,
                   const TableBound& bound) {
  if (degenerate) return Verdict::kOutside;
  const double value = table.value(*table.find_column(bound.metric), a);
  if (std::isnan(value)) return Verdict::kUnknown;
  return keeps(bound, value) ? Verdict::kInside : Verdict::kOutside;
}

std::vector<Judged> judge(const std::vector<Architecture>& architectures, const Table& table,
                          std::span<const TableBound> bounds) {
  const Space& space = table.space();
  std::vector<Judged> result;
  result.reserve(architectures.size());
  for (const Architecture& a : architectures) {
    Judged judged;
    judged.row = table.look_up(a);
    judged.canonical_class = judged.row ? table.class_of(*judged.row) : space.canonical_class(a);
    judged.degenerate = judged.row ? table.degenerate(*judged.row) : space.is_degenerate(a);
    for (const TableBound& bound : bounds) {
      judged.verdicts.push_back(verdict_on(a, judged.degenerate, table, bound));
    }
    result.push_back(std::move(judged));
  }
  return result;
}

std::map<std::size_t, std::uint64_t> count_sizes(const std::vector<Architecture>& architectures,
                                                 const Space& space) {
  std::map<std::size_t, std::uint64_t> sizes;
  for (const Architecture& a : architectures) ++sizes[space.graph(a).labels.size()];
  return sizes;
}

// Of samples without any bound: whether the table knows them.
bool unknown(const Judged& j) {
  return j.verdicts.empty() ? !j.row : std::ranges::count(j.verdicts, Verdict::kUnknown) > 0;
}

bool inside_all(const Judged& j) {
  return !j.degenerate && !unknown(j) && std::ranges::count(j.verdicts, Verdict::kOutside) == 0;
}

// Rejected samples keep no bound, and that is known.
Quality::Inside measure_inside(const std::vector<Judged>& judged,
                               std::span<const TableBound> bounds, std::uint64_t generated) {
  const auto number = [&](auto&& holds) {
    return static_cast<std::uint64_t>(std::ranges::count_if(judged, holds));
  };
  Quality::Inside inside;
  for (std::size_t b = 0; b < bounds.size(); ++b) {
    const auto kept = number([b](const Judged& j) { return j.verdicts[b] == Verdict::kInside; });
    inside.per_bound.emplace_back(bounds[b].text, share_of(kept, generated));
  }
  inside.all = share_of(number(inside_all), generated);
  inside.known = share_of(generated - number(unknown), generated);
  return inside;
}

void count_validity(const Samples& samples, const Skeleton& skeleton, Quality& quality) {
  const std::uint64_t drawn = samples.architectures.size();
  DINAS_CHECK(drawn <= samples.generated && samples.projected <= drawn);
  DINAS_CHECK(samples.coverage.architectures <= drawn);
  const auto valid = std::ranges::count_if(
      samples.architectures, [&](const Architecture& a) { return is_valid(skeleton, a); });
  quality.generated = samples.generated;
  quality.validity = share_of(static_cast<std::uint64_t>(valid), samples.generated);
  quality.projected = samples.projected;
  quality.rejected = samples.generated - drawn;
}

void count_classes(const std::vector<Judged>& judged, const TrainingClasses& training,
                   Quality& quality) {
  std::unordered_set<std::uint64_t> distinct;
  std::unordered_set<std::uint64_t> useful;  // of those, not degenerate
  for (const Judged& j : judged) {
    distinct.insert(j.canonical_class);
    if (!j.degenerate) useful.insert(j.canonical_class);
    quality.degenerate += j.degenerate ? 1 : 0;
    quality.unknown += j.row ? 0 : 1;
  }
  quality.uniqueness = share_of(distinct.size(), judged.size());
  if (!training.known) return;
  const auto novel = std::count_if(useful.begin(), useful.end(), [&](std::uint64_t c) {
    return !std::binary_search(training.known->begin(), training.known->end(), c);
  });
  quality.novelty = share_of(static_cast<std::uint64_t>(novel), useful.size());
}

std::vector<bool> marked(std::size_t size, const std::vector<std::size_t>& rows) {
  std::vector<bool> marks(size, false);
  for (const std::size_t row : rows) marks[row] = true;
  return marks;
}

/// Distinct marked rows among the samples.
std::unordered_set<std::size_t> found_rows(std::span<const Judged> judged,
                                           const std::vector<bool>& rows) {
  std::unordered_set<std::size_t> found;
  for (const Judged& j : judged) {
    if (j.row && rows[*j.row]) found.insert(*j.row);
  }
  return found;
}

Quality::Hidden measure_hidden(const std::vector<Judged>& judged, const Table& table,
                               std::span<const TableBound> bounds,
                               const std::vector<bool>& satisfying,
                               const std::function<bool(std::uint64_t)>& is_hidden,
                               std::uint64_t generated) {
  std::uint64_t rows = 0;
  Quality::Hidden hidden;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.degenerate(row) || !is_hidden(table.class_of(row))) continue;
    rows += has_every_value(table, bounds, row) ? 1 : 0;
    hidden.of += satisfying[row] ? 1 : 0;
  }
  std::vector<Judged> on_hidden;
  std::copy_if(judged.begin(), judged.end(), std::back_inserter(on_hidden),
               [&](const Judged& j) { return !j.degenerate && is_hidden(j.canonical_class); });
  const auto share_with = [&](auto&& holds) {
    return share_of(static_cast<std::uint64_t>(std::ranges::count_if(on_hidden, holds)),
                    on_hidden.size());
  };
  hidden.share = share_of(on_hidden.size(), generated);
  hidden.inside = share_with(inside_all);
  hidden.known = share_with([](const Judged& j) { return !unknown(j); });
  hidden.distinct = found_rows(on_hidden, satisfying).size();
  hidden.uniform = share_of(hidden.of, rows);
  return hidden;
}

}  // namespace

bool keeps(const TableBound& bound, double value) {
  return at_least_as_good(bound.direction, value, bound.threshold);
}

const std::vector<double>& column_values(const Table& table, const std::string& metric) {
  const Column* column = table.find_column(metric);
  if (column == nullptr) {
    throw UsageError(
        fmt::format("expected a metric of the table, found '{}', which no table file has", metric));
  }
  return column->values;
}

std::vector<std::size_t> satisfying_rows(const Table& table, std::span<const TableBound> bounds) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!table.degenerate(row)) rows.push_back(row);
  }
  for (const TableBound& bound : bounds) {
    const std::vector<double>& values = column_values(table, bound.metric);
    std::erase_if(rows, [&](std::size_t row) { return !keeps(bound, values[row]); });
  }
  return rows;
}

bool has_every_value(const Table& table, std::span<const TableBound> bounds, std::size_t row) {
  return std::ranges::none_of(bounds, [&](const TableBound& bound) {
    return std::isnan(column_values(table, bound.metric)[row]);
  });
}

Quality measure_quality(const Samples& samples, const Table& table,
                        std::span<const TableBound> bounds, const TrainingClasses& training) {
  Quality quality;
  count_validity(samples, table.space().skeleton(), quality);
  const std::vector<std::size_t> rows = satisfying_rows(table, bounds);
  const std::vector<bool> satisfying = marked(table.rows(), rows);
  const std::vector<Judged> judged = judge(samples.architectures, table, bounds);
  count_classes(judged, training, quality);
  quality.sizes = count_sizes(samples.architectures, table.space());
  quality.inside = measure_inside(judged, bounds, samples.generated);

  const auto first = std::span(judged).first(samples.coverage.architectures);
  const std::uint64_t found = found_rows(first, satisfying).size();
  quality.coverage = {share_of(found, rows.size()), found, rows.size(), samples.coverage.draws};

  if (training.is_hidden) {
    quality.hidden =
        measure_hidden(judged, table, bounds, satisfying, training.is_hidden, samples.generated);
  }
  return quality;
}

}  // namespace dinas
