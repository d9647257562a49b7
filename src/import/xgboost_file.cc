#include "import/xgboost_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "import/pickle_file.h"

namespace dinas {
namespace {

constexpr std::uint64_t kLongestModel = std::uint64_t{1} << 30U;

enum class ModelForm { kNone, kPickle, kJson, kBinary };

ModelForm form_of(ByteReader& reader) {
  if (reader.begins_with("\x80")) return ModelForm::kPickle;
  if (reader.begins_with("{")) return ModelForm::kJson;
  for (const std::string_view start : {"binf", "CONFIG-offset:"}) {
    if (reader.begins_with(start)) return ModelForm::kBinary;
  }
  return ModelForm::kNone;
}

std::string rest_of(ByteSource& source) {
  std::array<char, 1U << 16U> buffer{};
  std::string text;
  while (const std::size_t count = source.read(buffer)) text.append(buffer.data(), count);
  return text;
}

BoostedTrees read_json_text(std::string_view text, const std::string& name) {
  // Objects of UBJSON begin with the type of a length, those of JSON with a name or white space.
  constexpr std::string_view next = "\" \t\r\n}";
  if (text.size() > 1 && next.find(text[1]) == std::string_view::npos) {
    throw Error(
        fmt::format("{}: expected the binary or the JSON form, found UBJSON, which XGBoost 1.6 and "
                    "later write; load it there and save it with save_model(\"model.json\")",
                    name));
  }
  return read_xgboost_json(text, name);
}

BoostedTrees read_pickled(const std::string& path) {
  PickleOptions options;
  options.boosters = true;
  const PickleValue value = read_pickle_file(path, options);
  const std::string& handle = PickleView(value, path).member("handle").bytes();
  const std::string name = path + ": in 'handle'";
  if (handle.starts_with('{')) return read_json_text(handle, name);
  // Compressed bytes, which no version of XGBoost pickles, would unpack to more.
  const auto source = at_most(bytes_in_memory(handle, name), handle.size());
  ByteReader reader(*source);
  return read_xgboost_binary(reader);
}

}  // namespace

bool is_xgboost_file(const std::string& path) {
  const auto source = open_bytes(path);
  ByteReader reader(*source);
  return form_of(reader) != ModelForm::kNone;
}

BoostedTrees read_xgboost_file(const std::string& path) {
  ModelForm form = ModelForm::kNone;
  {
    const auto source = open_bytes(path);
    ByteReader reader(*source);
    form = form_of(reader);
  }
  if (form == ModelForm::kPickle) return read_pickled(path);
  const auto source = at_most(open_bytes(path), kLongestModel);
  if (form == ModelForm::kJson) return read_json_text(rest_of(*source), path);
  ByteReader reader(*source);
  return read_xgboost_binary(reader);
}

void check_xgboost_objective(std::string_view objective) {
  // The second is the name that the first had before XGBoost 0.90.
  if (objective != "reg:squarederror" && objective != "reg:linear") {
    throw Error(
        fmt::format("expected the objective 'reg:squarederror', found '{}'", shown(objective)));
  }
}

}  // namespace dinas
