// Parameters and operations of the networks that the code of DARTS evaluates its cells in.
#pragma once

#include <cstdint>

#include "space/darts_cell.h"

namespace dinas {

/// kCifar10: 20 cells, 36 channels, 32x32 images, 10 classes. kMobile: 14 cells, 48 channels,
/// 224x224 images, 1000 classes. Cells layers/3 and 2 layers/3 are reduction cells.
enum class DartsNetwork { kCifar10, kMobile };

/// Without the auxiliary head, which exists during training only.
struct DartsCosts {
  std::int64_t params = 0;         // convolutions without bias, affine BatchNorm, the classifier
  std::int64_t macs = 0;           // multiply-accumulates of the convolutions and the classifier
  std::int64_t norm_outputs = 0;   // numbers that leave a BatchNorm
  std::int64_t avg_pool_sums = 0;  // numbers that leave an average pooling of a cell
  std::int64_t features = 0;       // numbers that enter the classifier
};

/// What the networks consist of follows the public code of DARTS (operations.py, model.py): cells
/// read the previous two through ReLU, 1x1 convolution, BatchNorm (a factorised reduction for the
/// older one behind a reduction cell); a separable convolution is applied twice, a dilated one
/// once, each with a BatchNorm; a skip connection of stride 2 is a factorised reduction; poolings
/// have no parameters.
///
/// With `effective` the operations and the 1x1 convolutions in front of a cell that read nothing
/// but "none", or whose result no later cell uses, are left out. Stem and classifier always count,
/// and so does a 1x1 convolution as a whole even if some of its channels are "none".
DartsCosts darts_costs(const DartsGenotype& genotype, DartsNetwork network, bool effective);

}  // namespace dinas
