// Steps of a network as calls of oneDNN.
#pragma once

#include "network/fused.h"
#include "network/onednn_program.h"

namespace dinas::onednn {

/// Values of a program: the images that it reads and the logits that it leaves, both plain.
struct Ends {
  int images;
  int logits;
};

/// Appends the calls that compute the network for `batch` images. Every call takes and leaves the
/// layout that it prefers; what differs is reordered once.
Ends translate(const FusedNetwork& network, int batch, Program& program);

}  // namespace dinas::onednn
