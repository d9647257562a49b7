#include "nettrain/training_checkpoint.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/safetensors.h"
#include "model/sealed_file.h"

namespace dinas {
namespace {

constexpr std::string_view kFormat = "dinas-network-checkpoint";
constexpr const char* kCounters = "counters";  // step, position
constexpr const char* kLosses = "losses";      // loss_sum, epoch_loss

const RawTensor& tensor(const SafetensorsFile& file, const std::string& name) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) throw Error(fmt::format("its tensor '{}' is missing", name));
  return found->second;
}

RawTensor list(const std::vector<float>& values) {
  return make_tensor({static_cast<std::int64_t>(values.size())}, values);
}

}  // namespace

void save_training_checkpoint(const std::string& path, const TrainingCheckpoint& checkpoint) {
  const TrainingState& state = checkpoint.state;
  SafetensorsFile file;
  file.metadata["settings"] = checkpoint.settings;
  file.tensors["parameters"] = list(state.parameters);
  file.tensors["velocity"] = list(state.velocity);
  file.tensors["statistics"] = list(state.statistics);
  file.tensors[kCounters] =
      make_tensor({2}, std::vector<std::uint64_t>{state.step, state.position});
  file.tensors[kLosses] = make_tensor({2}, std::vector<double>{state.loss_sum, state.epoch_loss});
  write_sealed(path, kFormat, std::move(file));
}

TrainingCheckpoint load_training_checkpoint(const std::string& path) {
  const SafetensorsFile file = read_sealed(path, kFormat);
  try {
    const auto floats = [&](const std::string& name) {
      return float_values(tensor(file, name), name);
    };
    const auto counters = u64_values(tensor(file, kCounters), kCounters);
    const auto losses = double_values(tensor(file, kLosses), kLosses);
    if (counters.size() != 2 || losses.size() != 2) {
      throw Error(fmt::format("its tensors '{}' and '{}' must hold 2 numbers each, found {} and {}",
                              kCounters, kLosses, counters.size(), losses.size()));
    }
    return {metadata_text(file, "settings"),
            {floats("parameters"), floats("velocity"), floats("statistics"), counters[0], losses[0],
             losses[1], counters[1]}};
  } catch (const Error& e) {
    throw Error(path + ": " + e.what());
  }
}

}  // namespace dinas
