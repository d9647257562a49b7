// Which partial states of the NAS-Bench-101 variables can become a cell.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "space/nasbench101_cell.h"
#include "space/space.h"

namespace dinas {

/// A state is a cell where the inner nodes that are not absent come first, absent ones have no
/// edge, every node but the output has an edge out, every node but the input an edge in, and there
/// are at most `most_edges` edges. All nodes then lie on a path from the input to the output.
class NasBench101Rules final : public Rules {
 public:
  /// Layout of the space with 0..5 `inner` nodes: that many labels, then nasbench101_edge. Cells of
  /// the benchmark have 5 and 9; smaller ones can be checked exhaustively.
  NasBench101Rules(int inner, int most_edges) : inner_(inner), most_edges_(most_edges) {}

  /// For every number m of inner nodes that agrees with what is known: places (an edge out of a
  /// node, an edge into a node) not covered yet need edges among the masked ones, and one edge
  /// covers a place of either kind at most. The fewest that cover all are the number of uncovered
  /// places less a maximum matching of the two kinds (Gallai); they have to fit below the limit.
  [[nodiscard]] bool completable(std::span<const std::uint8_t> state) const override;

 private:
  using Masks = std::array<std::uint32_t, kNasBench101Nodes>;
  // Bit j of out[i] and bit i of in[j] stand for the edge i -> j.
  struct Places {
    Masks present_out{};
    Masks present_in{};
    Masks masked_out{};
    Masks masked_in{};
    std::uint32_t kept = 0;     // inner nodes known not to be absent
    std::uint32_t absent = 0;   // inner nodes known to be absent
    std::uint32_t touched = 0;  // nodes with a present edge
    int present = 0;            // present edges
  };

  [[nodiscard]] Places places(std::span<const std::uint8_t> state) const;
  [[nodiscard]] bool fits(const Places& places, int kept_inner) const;

  int inner_;
  int most_edges_;
};

}  // namespace dinas
