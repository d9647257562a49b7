// The networks that benchmarks put their cells into.
#pragma once

#include <cstdint>
#include <span>

#include "network/image_network.h"
#include "space/space.h"

namespace dinas {

/// The size of the network around the cell. What is left at 0 takes the benchmark's value.
struct Macro {
  int channels = 0;    // of the stem; nasbench201 16, nasbench101 128, darts 36 (ImageNet 48)
  int cells = 0;       // nasbench201 and nasbench101: a stage, 5 and 3; darts: in all, 20 (14)
  int image_size = 0;  // 32 (ImageNet 224)
  int image_channels = 3;
  int classes = 0;         // 10 (ImageNet 1000)
  bool imagenet = false;   // darts: the ImageNet stem, three convolutions of stride 2
  bool auxiliary = false;  // darts: the second classifier that helps training
  bool stem = true;        // false: the first cell reads the image, which nasbench201 needs to have
                           // `channels` channels; not with `imagenet`
};

/// Is there a macro network for the space?
bool has_network(const Space& space);

/// The network of an architecture of nasbench201, nasbench101 or darts, every layer of the
/// definition included (see pruned()). Throws UsageError on another space and on sizes that the
/// structure cannot have (an image that the strides shrink to nothing, channels below 1).
ImageNetwork build_network(const Space& space, std::span<const std::uint8_t> architecture,
                           const Macro& macro);

}  // namespace dinas
