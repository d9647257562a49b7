// NAS-Bench-201 / NATS-Bench topology space: 4 feature maps, 6 edges with one of 5 operations.
// Here operations are nodes: [input, six operations, output], wired as docs/spaces.md lists, and
// the only variables are the six labels.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "space/space.h"

namespace dinas {

/// Operations in the order of the codes of a variable.
enum NasBench201Code : std::uint8_t { kOpNone, kOpSkip, kOpConv1x1, kOpConv3x3, kOpAvgPool };

/// Feature maps that an edge of the cell joins: 0 is its input, 3 its output.
struct NasBench201Edge {
  int from;
  int to;
};
constexpr int kNasBench201Maps = 4;
/// Edge of the cell behind each variable, in the order of the official string.
constexpr std::array<NasBench201Edge, 6> kNasBench201Edges = {
    {{0, 1}, {0, 2}, {1, 2}, {0, 3}, {1, 3}, {2, 3}}};

std::shared_ptr<const Space> make_nasbench201();

}  // namespace dinas
