#include "cli/learning.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"

namespace dinas {

namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::shared_ptr<const Dataset> read_images(const std::string& folder, Split split, int size,
                                           std::int64_t count) {
  return std::make_shared<const Dataset>(
      reduced(read_dataset(folder, split), size, static_cast<std::size_t>(count), 0));
}

Json settings_of(const Macro& macro) {
  return {{"channels", macro.channels},
          {"cells", macro.cells},
          {"image_size", macro.image_size},
          {"classes", macro.classes},
          {"imagenet", macro.imagenet}};
}

Json settings_of(const TrainRecipe& r) {
  Json settings = {{"epochs", r.epochs},
                   {"max_seconds", r.max_seconds},
                   {"batch", r.batch},
                   {"rate", r.rate},
                   {"warm_up", r.warm_up},
                   {"momentum", r.momentum},
                   {"weight_decay", r.weight_decay},
                   {"label_smoothing", r.label_smoothing},
                   {"auxiliary_weight", r.auxiliary_weight},
                   {"drop_path", r.drop_path},
                   {"flip", r.augmentation.flip},
                   {"crop", r.augmentation.crop},
                   {"cutout", r.augmentation.cutout}};
  // Tables that are older than it can still be continued.
  if (r.gradient_clip > 0) settings["gradient_clip"] = r.gradient_clip;
  return settings;
}

std::string hash_of(const Dataset& data) {
  ByteHash hash;
  for (const std::uint8_t byte : data.images) hash.add(byte);
  for (const std::uint16_t label : data.labels) hash.add(static_cast<unsigned char>(label));
  return fmt::format("{:016x}", hash.value());
}

Architecture parse_architecture(const Space& space, const std::string& notation) {
  std::string why;
  const auto architecture = space.parse(notation, why);
  if (architecture) return *architecture;
  throw UsageError(fmt::format("expected an architecture of {}, found '{}': {}", space.name(),
                               shown(notation), why));
}

}  // namespace dinas
