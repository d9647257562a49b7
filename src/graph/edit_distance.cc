#include "graph/edit_distance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <span>

#include "base/error.h"
#include "graph/assignment.h"

namespace dinas {
namespace {

constexpr std::size_t kNodes = kMaxEditNodes;
static_assert(kNodes <= Assignment::kSize);
using Set = std::uint64_t;  // of nodes

constexpr Set one(std::size_t node) { return Set{1} << node; }

std::size_t first_of(Set set) { return static_cast<std::size_t>(std::countr_zero(set)); }

int count(Set set) { return std::popcount(set); }

Set first_nodes(std::size_t n) { return n == kNodes ? ~Set{0} : one(n) - 1; }

struct BitGraph {
  explicit BitGraph(const LabelledGraph& graph) : nodes(graph.labels.size()), labels(graph.labels) {
    if (nodes > kNodes) {
      throw Error(fmt::format("expected graphs of at most {} nodes for an edit distance, found {}",
                              kNodes, nodes));
    }
    std::fill_n(out.begin(), nodes, Set{0});
    std::fill_n(in.begin(), nodes, Set{0});
    for (const auto& [from, to] : graph.edges) {
      const auto i = static_cast<std::size_t>(from);
      const auto j = static_cast<std::size_t>(to);
      DINAS_CHECK(from != to && i < nodes && j < nodes);
      out[i] |= one(j);
      in[j] |= one(i);
    }
    for (std::size_t i = 0; i < nodes; ++i) edges += count(out[i]);
  }

  std::size_t nodes;
  std::span<const int> labels;
  std::array<Set, kNodes> out;  // [nodes] like all arrays here: only so much is ever touched
  std::array<Set, kNodes> in;
  int edges = 0;
};

class Search {
 public:
  Search(const LabelledGraph& small, const LabelledGraph& large, const EditLimits& limits)
      : small_(small), large_(large), limits_(limits) {}

  EditDistance run() {
    open_ = first_nodes(small_.nodes);
    free_ = first_nodes(large_.nodes);
    for (std::size_t u = 0; u < small_.nodes; ++u) guess_[u] = u;
    upper_ = cost_of_guess();
    expand(0);
    // Unless stopped, the search has shown that nothing is below both the best and the cutoff.
    const int lower = stopped_ ? root_lower_ : std::max(root_lower_, limit());
    return {std::min(lower, upper_), upper_, expansions_};
  }

 private:
  struct Child {
    int lower;         // of all mappings with it
    std::size_t node;  // of the large graph
    int added;         // cost that is settled by it
  };
  struct Children {
    std::array<Child, kNodes> child;
    std::size_t size = 0;
    std::size_t node = 0;  // of the small graph
  };

  [[nodiscard]] int limit() const { return std::min(upper_, limits_.cutoff); }

  /// Cost of the mapping guess_.
  [[nodiscard]] int cost_of_guess() const {
    int relabelled = 0;
    int common = 0;
    for (std::size_t u = 0; u < small_.nodes; ++u) {
      relabelled += small_.labels[u] != large_.labels[guess_[u]] ? 1 : 0;
      for (Set rest = small_.out[u]; rest != 0; rest &= rest - 1) {
        common += (large_.out[guess_[u]] >> guess_[first_of(rest)]) & 1U ? 1 : 0;
      }
    }
    return static_cast<int>(large_.nodes - small_.nodes) + relabelled + small_.edges +
           large_.edges - 2 * common;
  }

  [[nodiscard]] Set image(Set nodes) const {
    Set result = 0;
    for (Set rest = nodes & ~open_; rest != 0; rest &= rest - 1) {
      result |= one(map_[first_of(rest)]);
    }
    return result;
  }

  /// The part of the cost that mapping u to v settles.
  [[nodiscard]] int settled(std::size_t u, std::size_t v, Set out, Set in) const {
    const int relabelled = small_.labels[u] != large_.labels[v] ? 1 : 0;
    return relabelled + count(out ^ (large_.out[v] & ~free_)) + count(in ^ (large_.in[v] & ~free_));
  }

  /// Twice the cost of inserting v, an edge to another open node by halves.
  [[nodiscard]] int insertion(std::size_t v) const {
    const Set out = large_.out[v];
    const Set in = large_.in[v];
    return 2 + count(out) + count(in) + count(out & ~free_) + count(in & ~free_);
  }

  /// Fills rows_, columns_ and the costs, all of them doubled and relative to the insertion of the
  /// column; returns the sum of all insertions.
  int set_up() {
    std::size_t c = 0;
    int insertions = 0;
    std::array<int, kNodes> inserted;
    for (Set rest = free_; rest != 0; rest &= rest - 1, ++c) {
      columns_[c] = first_of(rest);
      inserted[c] = insertion(columns_[c]);
      insertions += inserted[c];
    }
    std::size_t r = 0;
    for (Set rest = open_; rest != 0; rest &= rest - 1, ++r) {
      const std::size_t u = rows_[r] = first_of(rest);
      const Set out = image(small_.out[u]);
      const Set in = image(small_.in[u]);
      const int open_out = count(small_.out[u] & open_);
      const int open_in = count(small_.in[u] & open_);
      for (std::size_t k = 0; k < c; ++k) {
        const std::size_t v = columns_[k];
        const int degrees = std::abs(open_out - count(large_.out[v] & free_)) +
                            std::abs(open_in - count(large_.in[v] & free_));
        settled_[r][k] = settled(u, v, out, in);
        assignment_.cost(r, k) = 2 * settled_[r][k] + degrees - inserted[k];
      }
    }
    return insertions;
  }

  /// Does an earlier free node look the same from everywhere? Then this one need not be tried.
  [[nodiscard]] bool has_earlier_twin(std::size_t v) const {
    for (Set rest = free_ & (one(v) - 1); rest != 0; rest &= rest - 1) {
      const std::size_t w = first_of(rest);
      if (large_.labels[w] == large_.labels[v] && large_.out[w] == large_.out[v] &&
          large_.in[w] == large_.in[v]) {
        return true;
      }
    }
    return false;
  }

  /// The choices for the row that has fewest of them, the most promising first.
  void branch(int doubled, Children& children) const {
    const auto rows = static_cast<std::size_t>(count(open_));
    const auto columns = static_cast<std::size_t>(count(free_));
    const int room = 2 * (limit() - 1) - doubled;
    std::size_t best = 0;
    std::size_t fewest = columns + 1;
    for (std::size_t r = 0; r < rows; ++r) {
      std::size_t choices = 0;
      for (std::size_t c = 0; c < columns; ++c) choices += assignment_.rise(r, c) <= room ? 1 : 0;
      if (choices < fewest) {
        fewest = choices;
        best = r;
      }
    }
    children.node = rows_[best];
    for (std::size_t c = 0; c < columns; ++c) {
      const int rise = assignment_.rise(best, c);
      if (rise > room || has_earlier_twin(columns_[c])) continue;
      children.child[children.size++] = {(doubled + rise + 1) / 2, columns_[c], settled_[best][c]};
    }
    std::sort(children.child.begin(),
              children.child.begin() + static_cast<std::ptrdiff_t>(children.size),
              [](const Child& a, const Child& b) {
                return a.lower != b.lower ? a.lower < b.lower : a.node < b.node;
              });
  }

  /// Looks for mappings below the limit that extend map_, whose cost so far is `cost`.
  void expand(int cost) {
    if (expansions_ > 0 && expansions_ >= limits_.expansions) {
      stopped_ = true;
      return;
    }
    ++expansions_;
    const int insertions = set_up();
    const auto rows = static_cast<std::size_t>(count(open_));
    const int doubled =
        2 * cost + insertions + assignment_.solve(rows, static_cast<std::size_t>(count(free_)));
    const int lower = (doubled + 1) / 2;
    if (expansions_ == 1) root_lower_ = lower;
    if (lower >= limit()) return;
    std::copy_n(map_.begin(), small_.nodes, guess_.begin());
    for (std::size_t r = 0; r < rows; ++r) guess_[rows_[r]] = columns_[assignment_.column_of(r)];
    upper_ = std::min(upper_, cost_of_guess());
    if (lower >= limit()) return;

    Children children;
    branch(doubled, children);
    const std::size_t u = children.node;
    for (std::size_t k = 0; k < children.size && !stopped_; ++k) {
      const Child& child = children.child[k];
      if (child.lower >= limit()) break;
      map_[u] = child.node;
      open_ ^= one(u);
      free_ ^= one(child.node);
      expand(cost + child.added);
      open_ ^= one(u);
      free_ ^= one(child.node);
    }
  }

  BitGraph small_;
  BitGraph large_;
  EditLimits limits_;
  int upper_ = 0;
  int root_lower_ = 0;
  std::uint64_t expansions_ = 0;
  bool stopped_ = false;

  Set open_ = 0;                           // nodes of the small graph without an image
  Set free_ = 0;                           // nodes of the large graph that are no image
  std::array<std::size_t, kNodes> map_{};  // image of the other nodes
  std::array<std::size_t, kNodes> guess_;  // a complete mapping

  std::array<std::size_t, kNodes> rows_;     // open nodes
  std::array<std::size_t, kNodes> columns_;  // free nodes
  std::array<std::array<int, kNodes>, kNodes> settled_;
  Assignment assignment_;
};

}  // namespace

EditDistance edit_distance(const LabelledGraph& a, const LabelledGraph& b,
                           const EditLimits& limits) {
  const bool swapped = a.labels.size() > b.labels.size();
  return Search(swapped ? b : a, swapped ? a : b, limits).run();
}

GraphSignature signature(const LabelledGraph& graph) {
  GraphSignature result{graph.labels, 0};
  std::sort(result.labels.begin(), result.labels.end());
  auto edges = graph.edges;
  std::sort(edges.begin(), edges.end());
  result.edges = static_cast<int>(std::unique(edges.begin(), edges.end()) - edges.begin());
  return result;
}

int edit_distance_bound(const GraphSignature& a, const GraphSignature& b) {
  std::size_t common = 0;
  for (auto i = a.labels.begin(), j = b.labels.begin();
       i != a.labels.end() && j != b.labels.end();) {
    if (*i == *j) {
      ++common;
      ++i;
      ++j;
    } else if (*i < *j) {
      ++i;
    } else {
      ++j;
    }
  }
  return static_cast<int>(std::max(a.labels.size(), b.labels.size()) - common) +
         std::abs(a.edges - b.edges);
}

}  // namespace dinas
