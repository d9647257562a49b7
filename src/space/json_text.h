// JSON that others wrote.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace dinas {

/// The value of a JSON text, objects in the order of the text. nullopt and the reason in `why` for
/// a text that is longer than `longest` bytes or is no JSON, for values more than 16 deep in each
/// other, for an object of more than 1000 keys, for more than about twenty objects of that size,
/// and for one with a key that comes twice, as the second would replace the first unseen.
std::optional<nlohmann::ordered_json> read_json_text(std::string_view text, std::size_t longest,
                                                     std::string& why);

}  // namespace dinas
