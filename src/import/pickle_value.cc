#include "import/pickle_value.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/error.h"
#include "base/text.h"

namespace dinas {
namespace {

std::string describe(const PickleValue& value) {
  static constexpr std::array<std::string_view, 10> names = {
      "None",   "a truth value", "an integer", "a number",     "a text",
      "a list", "a dictionary",  "an array",   "a numpy type", "a class"};
  if (const auto* text = std::get_if<std::shared_ptr<PickleText>>(&value)) {
    return fmt::format("'{}'", shown((*text)->text));
  }
  if (const auto* list = std::get_if<std::shared_ptr<PickleList>>(&value)) {
    static constexpr std::array<std::string_view, 3> kinds = {"list", "tuple", "set"};
    return fmt::format("a {} of {}", kinds.at(static_cast<std::size_t>((*list)->kind)),
                       (*list)->items.size());
  }
  return std::string(names.at(value.index()));
}

}  // namespace

void PickleMeter::check(std::uint64_t more) const {
  if (used + more > limit) {
    throw Error(
        fmt::format("expected values of at most {} MiB together, found more", limit >> 20U));
  }
}

void PickleMeter::copy(std::uint64_t bytes) {
  copied += bytes;
  if (copied > limit) {
    throw Error(
        fmt::format("expected copies of at most {} MiB together, found more", limit >> 20U));
  }
}

const PickleValue* PickleDict::find(std::string_view key) const {
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const auto* text = std::get_if<std::shared_ptr<PickleText>>(&entry->first);
    if (text && !(*text)->bytes && (*text)->text == key) return &entry->second;
  }
  return nullptr;
}

bool PickleView::is_none() const { return std::holds_alternative<std::monostate>(*value_); }

bool PickleView::is_dict() const {
  return std::holds_alternative<std::shared_ptr<PickleDict>>(*value_);
}

bool PickleView::is_list() const {
  const auto* list = std::get_if<std::shared_ptr<PickleList>>(value_);
  return (list && (*list)->kind != PickleList::Kind::kSet) || is_array();
}

bool PickleView::is_array() const {
  return std::holds_alternative<std::shared_ptr<PickleArray>>(*value_);
}

double PickleView::number() const {
  if (const auto* truth = std::get_if<bool>(value_)) return *truth ? 1.0 : 0.0;
  if (const auto* integer = std::get_if<std::int64_t>(value_)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(value_)) return *real;
  const auto* array = std::get_if<std::shared_ptr<PickleArray>>(value_);
  if (array && (*array)->values.size() == 1) return (*array)->values.front();
  fail("a number");
}

std::int64_t PickleView::integer(std::int64_t low, std::int64_t high) const {
  const double value = number();
  const bool within = value >= static_cast<double>(low) && value <= static_cast<double>(high);
  if (!within || value != std::floor(value)) {
    throw Error(fmt::format("{}: expected a whole number from {} to {} at {}, found {}", file_, low,
                            high, place(), value));
  }
  return static_cast<std::int64_t>(value);
}

const std::string& PickleView::text() const {
  const auto* text = std::get_if<std::shared_ptr<PickleText>>(value_);
  if (!text || (*text)->bytes) fail("a text");
  return (*text)->text;
}

const std::string& PickleView::bytes() const {
  const auto* text = std::get_if<std::shared_ptr<PickleText>>(value_);
  if (!text || !(*text)->bytes) fail("bytes");
  return (*text)->text;
}

const PickleDict& PickleView::dict() const {
  const auto* dict = std::get_if<std::shared_ptr<PickleDict>>(value_);
  if (!dict) fail("a dictionary");
  return **dict;
}

const PickleList& PickleView::list() const {
  const auto* list = std::get_if<std::shared_ptr<PickleList>>(value_);
  if (!list || (*list)->kind == PickleList::Kind::kSet) fail("a list");
  return **list;
}

std::size_t PickleView::size() const {
  const auto* array = std::get_if<std::shared_ptr<PickleArray>>(value_);
  if (!array) return list().items.size();
  if ((*array)->shape.size() != 1) fail("an array of one dimension");
  return (*array)->values.size();
}

double PickleView::number_at(std::size_t index) const {
  const auto* array = std::get_if<std::shared_ptr<PickleArray>>(value_);
  if (!array) return item(index).number();
  if (index >= size()) fail(fmt::format("at least {} items", index + 1));
  return (*array)->values[index];
}

PickleView PickleView::item(std::size_t index) const {
  if (index >= list().items.size()) fail(fmt::format("at least {} items", index + 1));
  return inner(list().items[index], fmt::format("{}", index));
}

const PickleValue* PickleView::find(std::string_view key) const {
  constexpr std::size_t most = 1000;
  if (dict().entries.size() > most) fail(fmt::format("a dictionary of at most {} keys", most));
  return dict().find(key);
}

PickleView PickleView::member(std::string_view key) const {
  const PickleValue* value = find(key);
  if (!value) fail(fmt::format("a dictionary with the key '{}'", key));
  return inner(*value, key);
}

bool PickleView::has(std::string_view key) const { return find(key) != nullptr; }

PickleView PickleView::inner(const PickleValue& value, std::string_view way) const {
  return {value, file_, way_.empty() ? std::string(way) : fmt::format("{}/{}", way_, way)};
}

std::string PickleView::place() const { return way_.empty() ? "the top" : printable(way_); }

void PickleView::fail(std::string_view expected) const {
  throw Error(
      fmt::format("{}: expected {} at {}, found {}", file_, expected, place(), describe(*value_)));
}

}  // namespace dinas
