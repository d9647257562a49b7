// How the papers of the benchmarks train the networks that they report.
#pragma once

#include "nettrain/trainer.h"
#include "space/space.h"

namespace dinas {

/// The recipe as far as this trainer has its parts (docs/train-network.md says what differs):
/// - nasbench201: Dong and Yang, ICLR 2020, table 1
/// - nasbench101: Ying et al., ICML 2019, and the authors' code, whose RMSProp has become SGD
/// - darts, and with `imagenet`: Liu et al., ICLR 2019, and the authors' code
/// Throws UsageError for a space without networks.
TrainRecipe literature_recipe(const Space& space, bool imagenet);

}  // namespace dinas
