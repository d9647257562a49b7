#include "space/nasbench101_rules.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace dinas {
namespace {

constexpr std::uint8_t kMaskedEdge = 2;
constexpr std::uint8_t kMaskedLabel = kCodeAbsent + 1;

// Maximum matching by augmenting paths (Kuhn's algorithm) on at most seven nodes a side.
class Matching {
 public:
  // `neighbours[u]`: the right nodes that left node u may take.
  explicit Matching(const std::array<std::uint32_t, kNasBench101Nodes>& neighbours)
      : neighbours_(neighbours) {}

  int size_for(std::uint32_t left) {
    int size = 0;
    for (; left != 0; left &= left - 1) {
      tried_ = 0;
      if (augment(static_cast<std::size_t>(std::countr_zero(left)))) ++size;
    }
    return size;
  }

 private:
  bool augment(std::size_t u) {
    for (std::uint32_t open = neighbours_[u] & ~tried_; open != 0;
         open = neighbours_[u] & ~tried_) {
      const auto v = static_cast<std::size_t>(std::countr_zero(open));
      tried_ |= 1U << v;
      if ((taken_ >> v & 1U) == 0 || augment(partner_[v])) {
        taken_ |= 1U << v;
        partner_[v] = u;
        return true;
      }
    }
    return false;
  }

  const std::array<std::uint32_t, kNasBench101Nodes>& neighbours_;
  std::array<std::size_t, kNasBench101Nodes> partner_{};
  std::uint32_t taken_ = 0;
  std::uint32_t tried_ = 0;
};

}  // namespace

NasBench101Rules::Places NasBench101Rules::places(std::span<const std::uint8_t> state) const {
  Places p;
  for (int node = 1; node <= inner_; ++node) {
    const std::uint8_t code = state[static_cast<std::size_t>(node) - 1];
    if (code == kMaskedLabel) continue;
    (code == kCodeAbsent ? p.absent : p.kept) |= 1U << node;
  }
  auto edge = static_cast<std::size_t>(inner_);
  for (std::size_t from = 0; from <= static_cast<std::size_t>(inner_); ++from) {
    for (std::size_t to = from + 1; to <= static_cast<std::size_t>(inner_) + 1; ++to, ++edge) {
      if (state[edge] == 0) continue;
      const bool masked = state[edge] == kMaskedEdge;
      (masked ? p.masked_out : p.present_out)[from] |= 1U << to;
      (masked ? p.masked_in : p.present_in)[to] |= 1U << from;
      if (masked) continue;
      p.touched |= 1U << from | 1U << to;
      ++p.present;
    }
  }
  return p;
}

bool NasBench101Rules::completable(std::span<const std::uint8_t> state) const {
  const Places p = places(state);
  if (p.present > most_edges_) return false;
  const std::uint32_t inner_nodes = (1U << (inner_ + 1)) - 2;
  const std::uint32_t needed = p.kept | (p.touched & inner_nodes);
  const int least = std::max(static_cast<int>(std::bit_width(needed)) - 1, 0);
  const int most = p.absent == 0 ? inner_ : std::countr_zero(p.absent) - 1;
  for (int m = least; m <= most; ++m) {
    if (fits(p, m)) return true;
  }
  return false;
}

bool NasBench101Rules::fits(const Places& p, int kept_inner) const {
  const std::uint32_t last = 1U << (inner_ + 1);
  const std::uint32_t not_output = (1U << (kept_inner + 1)) - 1;
  const std::uint32_t kept = not_output | last;
  std::uint32_t outs = 0;  // nodes that lack an edge out
  std::uint32_t ins = 0;   // nodes that lack an edge in
  for (std::uint32_t left = kept; left != 0; left &= left - 1) {
    const auto node = static_cast<std::size_t>(std::countr_zero(left));
    if ((last >> node & 1U) == 0 && p.present_out[node] == 0) {
      if ((p.masked_out[node] & kept) == 0) return false;
      outs |= 1U << node;
    }
    if (node != 0 && p.present_in[node] == 0) {
      if ((p.masked_in[node] & kept) == 0) return false;
      ins |= 1U << node;
    }
  }
  const int lacking_outs = std::popcount(outs);
  const int lacking_ins = std::popcount(ins);
  if (p.present + lacking_outs + lacking_ins <= most_edges_) return true;
  if (p.present + std::max(lacking_outs, lacking_ins) > most_edges_) return false;
  Masks shared{};
  for (std::uint32_t left = outs; left != 0; left &= left - 1) {
    const auto node = static_cast<std::size_t>(std::countr_zero(left));
    shared[node] = p.masked_out[node] & ins;
  }
  return p.present + lacking_outs + lacking_ins - Matching(shared).size_for(outs) <= most_edges_;
}

}  // namespace dinas
