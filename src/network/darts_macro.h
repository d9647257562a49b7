// The networks that the code of DARTS evaluates a pair of cells in.
#pragma once

#include <cstdint>
#include <span>

#include "network/image_network.h"
#include "network/macro.h"

namespace dinas {

/// NetworkCIFAR or, with `macro.imagenet`, NetworkImageNet of the public code of DARTS (model.py,
/// operations.py), auxiliary head included where asked for. Every field of `macro` is set; sides
/// are multiples of 4, on ImageNet of 32, so that the factorised reductions halve evenly, and
/// ImageNet's channels are even.
ImageNetwork darts_network(std::span<const std::uint8_t> architecture, const Macro& macro);

}  // namespace dinas
