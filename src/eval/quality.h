// What a set of samples is worth under bounds, judged by a table.
//
// Shares are over the samples that were asked for, so that a rejected one counts as a failure. A
// value is the table's, or, where it has none, what the space computes under that name. A value
// nobody knows and a degenerate architecture keep no bound.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "table/table.h"

namespace dinas {

/// A bound on a column of the table.
struct TableBound {
  std::string metric;
  Direction direction = Direction::kMax;
  double threshold = 0.0;  // in the metric's unit; the bound is kept at equality
  std::string text;        // as the user wrote it
};
/// Is the value present and at least as good as the threshold?
bool keeps(const TableBound& bound, double value);

/// Values of a column. Throws UsageError when the table has no such column.
const std::vector<double>& column_values(const Table& table, const std::string& metric);

/// Rows, in order, that are not degenerate and keep every bound: the satisfying set.
std::vector<std::size_t> satisfying_rows(const Table& table, std::span<const TableBound> bounds);

/// Is there a value of every bounded metric in the row?
bool has_every_value(const Table& table, std::span<const TableBound> bounds, std::size_t row);

struct Samples {
  std::uint64_t generated = 0;              // asked for
  std::uint64_t projected = 0;              // of those, kept in the space by its rules, see Drawn
  std::vector<Architecture> architectures;  // what came out; missing ones were rejected

  /// The first samples, which coverage looks at.
  struct Coverage {
    std::uint64_t draws = 0;        // asked for
    std::size_t architectures = 0;  // how many came out of them
  } coverage;
};

/// What is known about a model's training.
struct TrainingClasses {
  std::optional<std::vector<std::uint64_t>> known;  // isomorphism classes with a label, sorted
  std::function<bool(std::uint64_t)> is_hidden;     // empty: no class was hidden
};

struct Quality {
  std::uint64_t generated = 0;
  double validity = 0.0;                       // share valid as drawn
  std::uint64_t projected = 0;                 // kept in the space by its rules
  std::uint64_t rejected = 0;                  // spelled no architecture and were given up
  std::uint64_t degenerate = 0;                // valid without a path from input to output
  std::uint64_t unknown = 0;                   // valid, Table::look_up finds no row
  double uniqueness = 0.0;                     // distinct isomorphism classes / valid samples
  std::map<std::size_t, std::uint64_t> sizes;  // valid samples by the nodes of their graph
  // Of the distinct classes that are not degenerate, the share that training had no label of; NaN
  // without such classes.
  std::optional<double> novelty;

  /// Share of samples that keep each bound, and all of them (without bounds: the share known to
  /// the table and not degenerate).
  struct Inside {
    std::vector<std::pair<std::string, double>> per_bound;  // (text of the bound, share)
    double all = 0.0;
    double known = 0.0;  // share of samples of which it is known for every bound if they keep it
  } inside;

  /// How much of the table's satisfying set the first `draws` samples asked for found. share is
  /// NaN for an empty set.
  struct Coverage {
    double share = 0.0;
    std::uint64_t found = 0;
    std::uint64_t of = 0;
    std::uint64_t draws = 0;
  } coverage;

  /// Only where classes were hidden from training.
  struct Hidden {
    double share = 0.0;          // of the samples, on hidden, non-degenerate classes
    double inside = 0.0;         // share of those that keep all bounds; NaN if there are none
    double known = 0.0;          // share of those of which it is known; NaN if there are none
    std::uint64_t distinct = 0;  // hidden rows of the satisfying set that were found
    std::uint64_t of = 0;        // hidden rows of the satisfying set
    double uniform = 0.0;        // of the hidden, non-degenerate rows with all values, share inside
  };
  std::optional<Hidden> hidden;
};

/// Throws UsageError when a bound names no column of the table.
Quality measure_quality(const Samples& samples, const Table& table,
                        std::span<const TableBound> bounds, const TrainingClasses& training);

}  // namespace dinas
