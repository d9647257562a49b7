// The file that an interrupted training run of an image network goes on from.
#pragma once

#include <string>

#include "nettrain/network_training.h"

namespace dinas {

struct TrainingCheckpoint {
  std::string settings;  // UTF-8; all that the run depends on, for the caller to compare
  TrainingState state;
};

/// Writes one safetensors file, atomically; the same checkpoint always gives the same bytes. Throws
/// Error with the path.
void save_training_checkpoint(const std::string& path, const TrainingCheckpoint& checkpoint);

/// Throws Error with the path where the file is no such checkpoint, of a newer format, cut short or
/// altered (checksum). Whether it fits a network is for NetworkTraining::restore to find out.
TrainingCheckpoint load_training_checkpoint(const std::string& path);

}  // namespace dinas
