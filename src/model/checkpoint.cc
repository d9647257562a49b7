#include "model/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "model/sealed_file.h"
#include "model/strict_json.h"

namespace dinas {
namespace {

constexpr std::string_view kCheckpointFormat = "dinas-checkpoint";

void check_finite(const Checkpoint& checkpoint) {
  for (const auto& [name, tensor] : checkpoint.state) {
    const bool finite = std::all_of(tensor.data.begin(), tensor.data.end(),
                                    [](float value) { return std::isfinite(value); });
    if (!finite) {
      throw Error(fmt::format(
          "tensor '{}' holds a number that is not finite (has the training run diverged?)", name));
    }
  }
}

void read_progress(const std::string& text, Checkpoint& checkpoint) {
  constexpr double kHighest = std::numeric_limits<double>::max();
  const nlohmann::json json = parse_strict_json(text);
  JsonFields fields(json);
  checkpoint.step = fields.count("step");
  checkpoint.elapsed_seconds = fields.number("elapsed_seconds", 0.0, kHighest);
  fields.expect_no_more();
}

}  // namespace

void save_checkpoint(const std::string& path, const Checkpoint& checkpoint) {
  try {
    check_finite(checkpoint);
  } catch (const Error& e) {
    throw Error(fmt::format("{}: the checkpoint cannot be saved: {}", path, e.what()));
  }
  SafetensorsFile file;
  file.metadata["options"] = checkpoint.options_json;
  file.metadata["progress"] =
      print_json({{"step", checkpoint.step}, {"elapsed_seconds", checkpoint.elapsed_seconds}});
  for (const auto& [name, tensor] : checkpoint.state) {
    file.tensors[name] = make_tensor(tensor.shape, tensor.data);
  }
  write_sealed(path, kCheckpointFormat, std::move(file));
}

Checkpoint load_checkpoint(const std::string& path) {
  const SafetensorsFile file = read_sealed(path, kCheckpointFormat);
  try {
    Checkpoint checkpoint;
    checkpoint.options_json = metadata_text(file, "options");
    read_progress(metadata_text(file, "progress"), checkpoint);
    for (const auto& [name, raw] : file.tensors) {
      checkpoint.state[name] = {raw.shape, float_values(raw, name)};
    }
    check_finite(checkpoint);
    return checkpoint;
  } catch (const Error& e) {
    throw Error(path + ": " + e.what());
  }
}

}  // namespace dinas
