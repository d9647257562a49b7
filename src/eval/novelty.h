// How far samples are from what training saw, by edit distance of the cells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "graph/edit_distance.h"
#include "table/table.h"

namespace dinas {

struct NoveltyOptions {
  std::uint64_t samples = 200;  // distinct classes measured at most, in the order they were drawn
  int threads = 1;              // never changes the result
  // Search nodes after the first one of every pair; what they leave open is counted as not exact.
  std::uint64_t pair_expansions = 1'000;
  std::uint64_t sample_expansions = 5'000;  // for all pairs of a sample together
};

/// Of the first samples, one of every class that is not degenerate. The distance of a class that
/// was in training is 0: its cell computes the same as one of the training cells.
struct EditNovelty {
  std::uint64_t training_cells = 0;    // rows of the table that were in training
  std::uint64_t training_classes = 0;  // their classes
  std::uint64_t seen_classes = 0;      // classes in training, in the table or not
  std::uint64_t distinct = 0;          // classes among all samples, degenerate ones left out
  std::uint64_t measured = 0;
  double novel = 0.0;  // share of the measured that was not in training; NaN: none
  double mean = 0.0;   // distance of the novel ones; NaN without them
  std::vector<std::uint64_t> histogram;  // [distance] measured ones, up to the largest distance
  std::uint64_t not_exact = 0;           // measured ones whose distance is an upper bound only
};

/// The cells of training, to be measured from. Borrows the table.
class TrainingCells {
 public:
  /// The rows of `table` whose class is among `seen`, sorted. Throws UsageError when there are none
  /// and when a cell has more than kMaxEditNodes nodes.
  TrainingCells(const Table& table, std::vector<std::uint64_t> seen);

  [[nodiscard]] EditNovelty measure(std::span<const Architecture> samples,
                                    const NoveltyOptions& options) const;

  /// Distance to the nearest cell, whatever the classes; bounds of it where the options' limits cut
  /// the search off.
  [[nodiscard]] EditDistance nearest(const Architecture& architecture,
                                     const NoveltyOptions& options) const;

 private:
  using Names = std::map<std::string, int>;
  struct Group {
    GraphSignature signature;
    std::vector<std::size_t> cells;
  };

  [[nodiscard]] LabelledGraph graph(const Architecture& architecture, Names& names) const;
  [[nodiscard]] bool was_seen(std::uint64_t canonical_class) const;

  const Table& table_;
  std::vector<std::uint64_t> seen_;
  Names names_;                       // of the labels
  std::vector<LabelledGraph> cells_;  // in the order of the table
  std::vector<Group> groups_;         // cells of equal signature
  std::uint64_t classes_ = 0;         // of the cells
};

}  // namespace dinas
