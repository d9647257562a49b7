// What commands that train networks share: their images, and what decides the result, as JSON.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "dataset/dataset.h"
#include "nettrain/trainer.h"
#include "network/macro.h"
#include "space/space.h"

namespace dinas {

/// `count` images (0: all) of the dataset in `folder`, the same ones for every seed, shrunk to
/// `size` (0: as they are). Throws as read_dataset and reduced do.
std::shared_ptr<const Dataset> read_images(const std::string& folder, Split split, int size,
                                           std::int64_t count);

nlohmann::ordered_json settings_of(const Macro& macro);
nlohmann::ordered_json settings_of(const TrainRecipe& recipe);

/// Of images and labels, 16 hexadecimal digits.
std::string hash_of(const Dataset& data);

/// The architecture that a notation spells. Throws UsageError where it spells none.
Architecture parse_architecture(const Space& space, const std::string& notation);

}  // namespace dinas
