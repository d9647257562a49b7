#include "eval/novelty.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "eval/statistics.h"

namespace dinas {
namespace {

/// A cell that may be nearer than the nearest known so far.
struct Open {
  int lower;
  int upper;
  std::size_t cell;
};

/// Searches the open cells that can be nearer than `best`, those with the nearest mapping first: on
/// large cells, where the limits are met, that finds nearer ones than the order of lower bounds.
EditDistance settle(const LabelledGraph& graph, const std::vector<LabelledGraph>& cells,
                    std::vector<Open> open, int best, const NoveltyOptions& options) {
  std::sort(open.begin(), open.end(), [](const Open& a, const Open& b) {
    return std::tie(a.upper, a.lower, a.cell) < std::tie(b.upper, b.lower, b.cell);
  });
  int lower = std::numeric_limits<int>::max();
  std::uint64_t used = 0;
  for (const Open& o : open) {
    if (o.lower >= best) continue;
    const std::uint64_t left =
        options.sample_expansions - std::min(used, options.sample_expansions);
    if (left == 0) {
      lower = std::min(lower, o.lower);
      continue;
    }
    const EditDistance d =
        edit_distance(graph, cells[o.cell], {best, std::min(options.pair_expansions, left)});
    used += d.expansions;
    best = std::min(best, d.upper);
    lower = std::min(lower, d.lower);
  }
  return {std::min(lower, best), best, used};
}

}  // namespace

TrainingCells::TrainingCells(const Table& table, std::vector<std::uint64_t> seen)
    : table_(table), seen_(std::move(seen)) {
  DINAS_CHECK(std::is_sorted(seen_.begin(), seen_.end()));
  std::map<GraphSignature, std::vector<std::size_t>> groups;
  std::unordered_set<std::uint64_t> classes;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!was_seen(table.class_of(row))) continue;
    classes.insert(table.class_of(row));
    LabelledGraph cell = graph(table.architecture(row), names_);
    groups[signature(cell)].push_back(cells_.size());
    cells_.push_back(std::move(cell));
  }
  if (cells_.empty()) {
    throw UsageError(
        "expected cells of the model's training in the tables to measure distances from, found "
        "none; give the tables it was trained with");
  }
  for (auto& [key, members] : groups) groups_.push_back({key, std::move(members)});
  classes_ = classes.size();
}

LabelledGraph TrainingCells::graph(const Architecture& architecture, Names& names) const {
  Space::NamedGraph named = table_.space().graph(architecture);
  if (named.labels.size() > static_cast<std::size_t>(kMaxEditNodes)) {
    throw UsageError(fmt::format(
        "edit distances are for cells of at most {} nodes, found one of {} in the space {}",
        kMaxEditNodes, named.labels.size(), table_.space().name()));
  }
  LabelledGraph result{{}, std::move(named.edges)};
  for (std::string& label : named.labels) {
    result.labels.push_back(
        names.try_emplace(std::move(label), static_cast<int>(names.size())).first->second);
  }
  return result;
}

bool TrainingCells::was_seen(std::uint64_t canonical_class) const {
  return std::binary_search(seen_.begin(), seen_.end(), canonical_class);
}

EditDistance TrainingCells::nearest(const Architecture& architecture,
                                    const NoveltyOptions& options) const {
  Names names = names_;
  const LabelledGraph from = graph(architecture, names);
  const GraphSignature own = signature(from);
  std::vector<std::pair<int, const Group*>> order;
  for (const Group& group : groups_) {
    order.emplace_back(edit_distance_bound(own, group.signature), &group);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });

  // One search node gives close bounds and mostly leaves a handful of cells to search on.
  int best = std::numeric_limits<int>::max();
  std::vector<Open> open;
  for (const auto& [bound, group] : order) {
    for (const std::size_t cell : group->cells) {
      if (bound >= best) break;
      const EditDistance d = edit_distance(from, cells_[cell], {best, 1});
      best = std::min(best, d.upper);
      if (d.lower < best) open.push_back({d.lower, d.upper, cell});
    }
  }
  return settle(from, cells_, std::move(open), best, options);
}

EditNovelty TrainingCells::measure(std::span<const Architecture> samples,
                                   const NoveltyOptions& options) const {
  EditNovelty result;
  std::unordered_set<std::uint64_t> classes;
  std::vector<const Architecture*> measured;
  std::vector<bool> seen;
  for (const Architecture& sample : samples) {
    const std::uint64_t its_class = table_.space().canonical_class(sample);
    if (table_.space().is_degenerate(sample) || !classes.insert(its_class).second) continue;
    if (measured.size() >= options.samples) continue;
    measured.push_back(&sample);
    seen.push_back(was_seen(its_class));
  }
  std::vector<EditDistance> distances(measured.size());
  parallel_for(measured.size(), options.threads, [&](std::size_t i, int) {
    if (!seen[i]) distances[i] = nearest(*measured[i], options);
  });

  std::uint64_t novel = 0;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const auto distance = static_cast<std::size_t>(distances[i].upper);
    if (result.histogram.size() <= distance) result.histogram.resize(distance + 1, 0);
    ++result.histogram[distance];
    result.not_exact += distances[i].exact() ? 0 : 1;
    novel += seen[i] ? 0 : 1;
    total += seen[i] ? 0 : distance;
  }
  result.training_cells = cells_.size();
  result.training_classes = classes_;
  result.seen_classes = seen_.size();
  result.distinct = classes.size();
  result.measured = measured.size();
  result.novel = share_of(novel, measured.size());
  result.mean = share_of(total, novel);
  return result;
}

}  // namespace dinas
