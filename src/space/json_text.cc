#include "space/json_text.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "base/text.h"

namespace dinas {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kDeepestJson = 16;
// Objects in the order of the text are searched key by key for every new one.
constexpr std::size_t kMostKeys = 1000;
// Keys that are looked at in all searches of this length or more together: a fraction of a second.
constexpr std::size_t kShortSearch = 100;
constexpr std::size_t kMostSearched = 10'000'000;

// Follows a text while it is parsed.
class Watch {
 public:
  // False: leave the value out.
  bool see(int depth, Json::parse_event_t event, const Json& parsed) {
    const auto level = static_cast<std::size_t>(depth);
    if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start) {
      if (level >= kDeepestJson) {
        note(fmt::format("values more than {} deep in each other", kDeepestJson));
        return false;
      }
      keys_[level].clear();
    } else if (event == Json::parse_event_t::key && level <= kDeepestJson) {
      // Keys are one level below the object they belong to.
      const auto& key = parsed.get_ref<const std::string&>();
      const std::size_t known = keys_[level - 1].size();
      if (known == kMostKeys) {
        note(fmt::format("an object of more than {} keys", kMostKeys));
        return false;
      }
      if (known >= kShortSearch) searched_ += known;
      if (searched_ > kMostSearched) {
        note("too many objects of hundreds of keys");
        return false;
      }
      if (!keys_[level - 1].insert(key).second) {
        note(fmt::format("the key '{}' comes twice", shown(key)));
      }
    }
    return true;
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  void note(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  std::array<std::set<std::string>, kDeepestJson> keys_;  // of the objects that are open
  std::size_t searched_ = 0;
  std::string problem_;
};

}  // namespace

std::optional<Json> read_json_text(std::string_view text, std::size_t longest, std::string& why) {
  if (text.size() > longest) {
    why = fmt::format("{} bytes: expected at most {}", text.size(), longest);
    return std::nullopt;
  }
  Watch watch;
  try {
    Json value = Json::parse(text.begin(), text.end(),
                             [&](int depth, Json::parse_event_t event, const Json& parsed) {
                               return watch.see(depth, event, parsed);
                             });
    if (watch.problem().empty()) return value;
    why = watch.problem();
  } catch (const Json::parse_error& error) {
    why = fmt::format("not JSON: unexpected character {}", error.byte);
  } catch (const Json::out_of_range&) {
    why = "not JSON: a number beyond all that a double holds";
  }
  return std::nullopt;
}

}  // namespace dinas
