// How long networks take on this processor.
#pragma once

#include <vector>

#include "network/image_network.h"
#include "network/inference.h"
#include "network/timing.h"

namespace dinas {

struct LatencyOptions {
  InferenceOptions inference{};
  TimingOptions timing{};
  double reference_ms = 0.0;  // of an earlier session on this machine; 0: measured first
};

/// Times networks beside a fixed one (timing.h), as a user would deploy them (inference.h), with
/// random weights. The fixed one is a network of NAS-Bench-201 that computes and moves memory
/// about as much as the middle of that space. One measurement at a time on a machine, and nothing
/// beside it.
class LatencyMeter {
 public:
  /// Without a clock of the caller's, one thread is timed by what it computes, which on a quiet
  /// machine is the time that passes and on a busy one does not count the others'; several threads
  /// by the time that passes. Throws Error on options that cannot be.
  explicit LatencyMeter(const LatencyOptions& options, Clock clock = {});

  /// Milliseconds of the fixed network when the meter was made, or those of the options. Timings
  /// with the same value compare.
  [[nodiscard]] double reference_ms() const { return options_.reference_ms; }

  /// Of a batch, not of an image. Throws Error where the network cannot be prepared.
  Timing measure(const ImageNetwork& network);

 private:
  // A network, its input and room for its output.
  class Runner {
   public:
    Runner(const ImageNetwork& network, const InferenceOptions& options);
    void run() { inference_.run(images_, logits_); }

   private:
    Inference inference_;
    std::vector<float> images_;
    std::vector<float> logits_;
  };

  LatencyOptions options_;
  Clock clock_;
  Runner reference_;
};

}  // namespace dinas
