// JSON documents, one a file, in folders and zip archives as benchmarks give out their logs.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dinas {

/// Calls `take` with every document and its name, in the order of the paths; those of a folder (and
/// its folders) and of an archive sorted by name. Paths are files, folders and .zip archives; of
/// folders and archives the files *.json count. NaN and Infinity, which Python writes and JSON does
/// not have, become null. Throws Error with the name for a document that is no JSON or above 16
/// MiB, and with the path where there is none at all; an Error of `take` gets the name in front.
void for_each_document(
    const std::vector<std::string>& paths,
    const std::function<void(const std::string& name, const nlohmann::ordered_json&)>& take);

/// The number under a key; NaN where there is none, or null. Throws Error for anything else.
double number_or_missing(const nlohmann::ordered_json& object, const std::string& key);

}  // namespace dinas
