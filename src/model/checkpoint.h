// The state of a training run between two steps, for resuming it.
#pragma once

#include <cstdint>
#include <string>

#include "model/tensor.h"

namespace dinas {

struct Checkpoint {
  std::string options_json;      // canonical text (UTF-8); a run resumes only with the same one
  std::uint64_t step = 0;        // steps done
  double elapsed_seconds = 0.0;  // of training, earlier processes included; >= 0
  TensorMap state;               // parameters, averages and moments by name
};

/// Writes one safetensors file, atomically; the same checkpoint always gives the same bytes. Throws
/// Error with the path, also when a number is not finite: such a run is not worth resuming.
void save_checkpoint(const std::string& path, const Checkpoint& checkpoint);

/// Throws Error with the path when the file is not a checkpoint of dinas, of a newer format, cut
/// short, altered (checksum) or holds a number that is not finite. Whether names and shapes fit
/// the network is for the trainer to find out.
Checkpoint load_checkpoint(const std::string& path);

}  // namespace dinas
