// A network as a user would deploy it on a processor: fused (fused.h) and computed by oneDNN with
// the memory layouts that it prefers, in single precision.
#pragma once

#include <memory>
#include <span>

#include "network/image_network.h"
#include "network/weights.h"

namespace dinas {

struct InferenceOptions {
  int batch = 1;    // images at once
  int threads = 1;  // of OpenMP
};

class Inference {
 public:
  /// Prepares everything: no memory is allocated later. Layers that the logits do not depend on are
  /// left out. Throws Error on options below 1, on weights of another network and where oneDNN
  /// cannot prepare the network (memory).
  Inference(const ImageNetwork& network, const NetworkWeights& weights,
            const InferenceOptions& options = {});
  Inference(Inference&&) noexcept;
  Inference& operator=(Inference&&) noexcept;
  ~Inference();

  /// Logits [batch, classes] of images [batch, channels, height, width]. One call at a time, from
  /// any thread.
  void run(std::span<const float> images, std::span<float> logits);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dinas
