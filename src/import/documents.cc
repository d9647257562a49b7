#include "import/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "base/error.h"
#include "base/file.h"
#include "import/zip_archive.h"
#include "space/json_text.h"

namespace dinas {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLongest = std::uint64_t{16} << 20U;

using Take = std::function<void(const std::string&, const nlohmann::ordered_json&)>;

std::string read_all(ByteSource& source) {
  std::string text;
  ByteReader reader(source);
  while (!reader.at_end()) {
    if (text.size() == kLongest) reader.fail(kLongest, "expected at most 16 MiB, found more");
    text += static_cast<char>(reader.byte("a document"));
  }
  return text;
}

// Outside of texts, "NaN", "Infinity" and "-Infinity" become null.
std::string without_specials(std::string_view text) {
  std::string result;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') result += text[i++];
    if (i == text.size()) break;
    bool replaced = false;
    for (const std::string_view special : {"NaN", "Infinity", "-Infinity"}) {
      if (quoted || !text.substr(i).starts_with(special)) continue;
      result += "null";
      i += special.size() - 1;
      replaced = true;
      break;
    }
    if (!replaced) result += text[i];
  }
  return result;
}

void take_document(ByteSource& source, const Take& take) {
  std::string why;
  const auto json = read_json_text(without_specials(read_all(source)), kLongest, why);
  if (!json) throw Error(fmt::format("{}: expected a JSON document: {}", source.name(), why));
  try {
    take(source.name(), *json);
  } catch (const nlohmann::json::exception& problem) {
    throw Error(fmt::format("{}: expected other JSON: {}", source.name(), problem.what()));
  } catch (const Error& problem) {
    throw Error(fmt::format("{}: {}", source.name(), problem.what()));
  }
}

std::size_t take_archive(const std::string& path, const Take& take) {
  const ZipArchive archive = open_zip(path);
  std::vector<const ZipMember*> members;
  for (const ZipMember& member : archive.members()) {
    if (member.name.ends_with(".json")) members.push_back(&member);
  }
  std::ranges::sort(members, {}, &ZipMember::name);
  for (const ZipMember* member : members) take_document(*archive.open(*member), take);
  return members.size();
}

std::size_t take_folder(const std::string& path, const Take& take) {
  auto files = read_folder(path, [&] {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file() && entry.path().extension() == ".json") {
        found.push_back(entry.path().string());
      }
    }
    return found;
  });
  std::ranges::sort(files);
  for (const std::string& file : files) take_document(*open_bytes(file), take);
  return files.size();
}

}  // namespace

void for_each_document(const std::vector<std::string>& paths, const Take& take) {
  for (const std::string& path : paths) {
    std::error_code ignored;
    std::size_t count = 1;
    if (fs::is_directory(path, ignored)) {
      count = take_folder(path, take);
    } else if (is_zip(path)) {
      count = take_archive(path, take);
    } else {
      take_document(*open_bytes(path), take);
    }
    if (count == 0) throw Error(fmt::format("{}: expected files *.json, found none", path));
  }
}

double number_or_missing(const nlohmann::ordered_json& object, const std::string& key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!found->is_number()) throw Error(fmt::format("expected a number under '{}'", key));
  return found->get<double>();
}

}  // namespace dinas
