#include "measure/architecture_list.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <unordered_set>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "space/draw.h"
#include "table/sheet.h"
#include "table/table.h"

namespace dinas {
namespace {

// What a line spells: itself, or the field of a JSON object.
std::string notation_of(std::string_view line) {
  if (!line.starts_with('{')) return std::string(line);
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("architecture")) return std::string(line);
  const auto& field = json["architecture"];
  return field.is_string() ? field.get<std::string>() : field.dump();
}

// Does a value keep a bound? NaN keeps none.
bool keeps(const BoundRequest& bound, double value) {
  return bound.form == BoundRequest::Form::kAtMost ? value <= bound.value : value >= bound.value;
}

std::vector<Architecture> rows_of(const std::string& file,
                                  const std::shared_ptr<const Space>& space,
                                  const std::vector<BoundRequest>& bounds) {
  Table table = load_tables({file}, space);
  std::vector<const Column*> columns;
  for (const BoundRequest& bound : bounds) {
    if (bound.form == BoundRequest::Form::kTop) {
      throw UsageError(fmt::format("expected METRIC <= V or METRIC >= V, found '{}'", bound.text));
    }
    columns.push_back(&table.require_column(bound.metric));
  }
  std::vector<Architecture> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    bool kept = true;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      kept = kept && keeps(bounds[i], columns[i]->values[row]);
    }
    if (kept) rows.push_back(table.architecture(row));
  }
  return rows;
}

bool is_table(const std::string& file) {
  return file.ends_with(".csv") || file.ends_with(".csv.gz");
}

}  // namespace

std::vector<Architecture> read_architectures(const std::string& file,
                                             const std::shared_ptr<const Space>& space,
                                             const std::vector<BoundRequest>& bounds) {
  if (is_table(file)) return rows_of(file, space, bounds);
  if (!bounds.empty()) {
    throw UsageError(
        fmt::format("'{}': bounds need a table (.csv), and {} is none", bounds.front().text, file));
  }
  std::vector<Architecture> list;
  std::set<Architecture> seen;
  std::istringstream text(read_file(file));
  std::string line;
  for (std::size_t number = 1; std::getline(text, line); ++number) {
    const std::string_view content = trim(line);
    if (content.empty()) continue;
    std::string why;
    const auto architecture = space->parse(notation_of(content), why);
    if (!architecture) {
      throw Error(fmt::format("{}:{}: expected an architecture of {}, found '{}': {}", file, number,
                              space->name(), shown(content), why));
    }
    if (seen.insert(*architecture).second) list.push_back(*architecture);
  }
  if (list.empty()) throw Error(fmt::format("{}: expected architectures, found none", file));
  return list;
}

void leave_out_classes(std::vector<Architecture>& list, const Space& space,
                       const std::vector<Architecture>& seen) {
  std::unordered_set<std::uint64_t> classes;
  for (const Architecture& architecture : seen) {
    classes.insert(space.canonical_class(architecture));
  }
  std::erase_if(list,
                [&](const Architecture& a) { return classes.contains(space.canonical_class(a)); });
}

std::vector<Architecture> sample_classes(const Space& space, std::size_t count,
                                         std::uint64_t seed) {
  std::vector<Architecture> list;
  std::unordered_set<std::uint64_t> classes;
  // Far more draws than a space needs that has twice as many classes as are asked for.
  const std::size_t most_draws = 10000 + 100 * count;
  for (std::size_t draw = 0; draw < most_draws && list.size() < count; ++draw) {
    RandomStream stream(seed, Purpose::kSpace, static_cast<std::uint32_t>(draw));
    Architecture architecture = random_architecture(space.skeleton(), stream);
    if (space.is_degenerate(architecture)) continue;
    if (!classes.insert(space.canonical_class(architecture)).second) continue;
    list.push_back(std::move(architecture));
  }
  if (list.size() < count) {
    throw Error(
        fmt::format("expected {} classes of {}, found {} in {} draws: ask for fewer, or for all",
                    count, space.name(), list.size(), most_draws));
  }
  return list;
}

std::vector<Architecture> all_architectures(const Space& space) {
  std::vector<Architecture> list;
  if (const auto count = space.enumerable()) {
    for (std::uint64_t i = 0; i < *count; ++i) {
      list.push_back(nth_architecture(space.skeleton(), i));
    }
  } else if (auto representatives = space.representatives()) {
    list = std::move(*representatives);
  } else {
    throw UsageError(fmt::format("{} has too many architectures to list them all: use --sample N",
                                 space.name()));
  }
  std::erase_if(list, [&](const Architecture& a) { return space.is_degenerate(a); });
  return list;
}

}  // namespace dinas
