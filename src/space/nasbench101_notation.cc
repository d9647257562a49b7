#include "space/nasbench101_notation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "space/json_text.h"

namespace dinas {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestCell = std::size_t{1} << 16;
constexpr std::size_t kPairs = 21;  // of seven nodes

// Codes of v1..v7.
constexpr char kPadding = '0';
constexpr char kInput = '1';
constexpr char kOutput = '5';
constexpr std::array<std::uint8_t, 3> kOperationOfLabel = {kCodeConv1x1, kCodeConv3x3,
                                                           kCodeMaxPool};  // of 2, 3, 4

std::optional<std::uint8_t> operation(std::string_view name) {
  const auto found = std::find(kNasBench101Operations.begin(), kNasBench101Operations.end(), name);
  if (found == kNasBench101Operations.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - kNasBench101Operations.begin());
}

// The value of whichever of the two keys the object has, as an array; null otherwise.
const Json* array_of(const Json& object, const char* key, const char* other_key, std::string& why) {
  auto found = object.find(key);
  const auto other = object.find(other_key);
  if (found != object.end() && other != object.end() && *found != *other) {
    why = fmt::format("the keys \"{}\" and \"{}\" differ: expected one of them", key, other_key);
    return nullptr;
  }
  if (found == object.end()) found = other;
  if (found == object.end() || !found->is_array()) {
    why = fmt::format("expected an array under the key \"{}\" or \"{}\"", key, other_key);
    return nullptr;
  }
  return &*found;
}

bool read_operations(const Json& ops, NasBench101Spelling& cell, std::string& why) {
  if (ops.size() < 2 || ops.size() > NasBench101Spelling::kMostNodes) {
    why = fmt::format("{} operations: expected 2 to {}, \"input\" and \"output\" included",
                      ops.size(), NasBench101Spelling::kMostNodes);
    return false;
  }
  cell.nodes = static_cast<int>(ops.size());
  for (std::size_t i = 0; i < ops.size(); ++i) {
    const std::string name = ops[i].is_string() ? ops[i].get<std::string>() : "(no text)";
    const bool end = i == 0 || i + 1 == ops.size();
    const auto code = end ? std::nullopt : operation(name);
    if (end ? name == (i == 0 ? "input" : "output") : code.has_value()) {
      cell.label[i] = code.value_or(0);
      continue;
    }
    const std::string expected =
        end ? (i == 0 ? "input" : "output")
            : fmt::format("one of {}", fmt::join(kNasBench101Operations, ", "));
    why = fmt::format("operation '{}' of node {}: expected {}", shown(name), i, expected);
    return false;
  }
  return true;
}

bool read_row(const Json& row, std::size_t from, NasBench101Spelling& cell, std::string& why) {
  const auto nodes = static_cast<std::size_t>(cell.nodes);
  if (!row.is_array() || row.size() != nodes) {
    why = fmt::format("row {} of the matrix: expected {} entries, one for each operation", from,
                      nodes);
    return false;
  }
  for (std::size_t to = 0; to < nodes; ++to) {
    if (!row[to].is_number_integer() || (row[to] != 0 && row[to] != 1)) {
      why = fmt::format("entry ({}, {}) of the matrix: expected 0 or 1", from, to);
      return false;
    }
    if (row[to] == 0) continue;
    if (to <= from) {
      why = fmt::format("entry ({}, {}) of the matrix is not above the diagonal", from, to);
      return false;
    }
    cell.inputs[to] |= 1U << from;
  }
  return true;
}

std::optional<NasBench101Spelling> read_json(std::string_view text, std::string& why) {
  const auto value = read_json_text(text, kLongestCell, why);
  if (!value) return std::nullopt;
  const Json& object = *value;
  if (!object.is_object()) {
    why = R"(not a JSON object {"matrix": [[...]], "ops": [...]})";
    return std::nullopt;
  }
  const Json* ops = array_of(object, "ops", "module_operations", why);
  if (ops == nullptr) return std::nullopt;
  const Json* matrix = array_of(object, "matrix", "module_adjacency", why);
  if (matrix == nullptr) return std::nullopt;
  NasBench101Spelling cell;
  if (!read_operations(*ops, cell, why)) return std::nullopt;
  if (matrix->size() != ops->size()) {
    why = fmt::format("{} rows of the matrix, but {} operations", matrix->size(), ops->size());
    return std::nullopt;
  }
  for (std::size_t from = 0; from < matrix->size(); ++from) {
    if (!read_row((*matrix)[from], from, cell, why)) return std::nullopt;
  }
  return cell;
}

// v1..v7 as seven characters.
bool read_labels(std::string_view labels, NasBench101Spelling& cell, std::string& why) {
  const std::size_t nodes = std::min(labels.find(kPadding), labels.size());
  if (nodes < 2 || labels.find_first_not_of(kPadding, nodes) != std::string_view::npos) {
    why = "vertex labels: expected 2 to 7 of them, then padding (0)";
    return false;
  }
  if (labels[0] != kInput || labels[nodes - 1] != kOutput) {
    why =
        "vertex labels: expected the first to be 1 (input) and the last before padding 5 (output)";
    return false;
  }
  cell.nodes = static_cast<int>(nodes);
  for (std::size_t i = 1; i + 1 < nodes; ++i) {
    if (labels[i] < '2' || labels[i] > '4') {
      why = fmt::format("vertex label v{} is {}: expected 2, 3 or 4", i + 1, labels[i]);
      return false;
    }
    cell.label[i] = kOperationOfLabel[static_cast<std::size_t>(labels[i] - '2')];
  }
  return true;
}

std::optional<NasBench101Spelling> read_columns(std::string_view text, std::string& why) {
  std::string labels;
  bool shaped = text.size() == kPairs + 2 * kNasBench101Nodes;
  for (std::size_t i = 0; shaped && i < text.size(); ++i) {
    const bool label = i >= kPairs && (i - kPairs) % 2 == 1;
    const bool edge = i < kPairs;
    shaped = edge ? text[i] == '0' || text[i] == '1'
                  : (label ? text[i] >= '0' && text[i] <= '5' : text[i] == ' ');
    if (label) labels += text[i];
  }
  if (!shaped) {
    why = R"(neither JSON {"matrix": [[...]], "ops": [...]} nor 21 digits 0 or 1 and the vertex )"
          "labels v1 to v7 (0 to 5), each behind a space";
    return std::nullopt;
  }
  NasBench101Spelling cell;
  if (!read_labels(labels, cell, why)) return std::nullopt;
  std::size_t pair = 0;
  for (int from = 0; from < kNasBench101Nodes; ++from) {
    for (int to = from + 1; to < kNasBench101Nodes; ++to) {
      if (text[pair++] == '0') continue;
      if (to >= cell.nodes) {
        why = fmt::format("edge {} -> {} leads to padding", from, to);
        return std::nullopt;
      }
      cell.inputs[static_cast<std::size_t>(to)] |= 1U << from;
    }
  }
  return cell;
}

}  // namespace

std::optional<NasBench101Cell> read_nasbench101(std::string_view text, std::string& why) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_json = first != std::string_view::npos && text[first] == '{';
  const auto spelling = is_json ? read_json(text, why) : read_columns(text, why);
  return spelling ? nasbench101_pruned(*spelling, why) : std::nullopt;
}

std::string print_nasbench101(const NasBench101Cell& cell) {
  std::string text = "{\"matrix\":[";
  for (int from = 0; from < cell.nodes; ++from) {
    for (int to = 0; to < cell.nodes; ++to) {
      text += to > 0 ? "," : (from > 0 ? ",[" : "[");
      text += cell.joined(from, to) ? '1' : '0';
    }
    text += ']';
  }
  return text + fmt::format("],\"ops\":[\"{}\"]}}", fmt::join(nasbench101_labels(cell), "\",\""));
}

std::vector<std::string> nasbench101_labels(const NasBench101Cell& cell) {
  std::vector<std::string> labels{"input"};
  for (int node = 1; node < cell.output(); ++node) {
    labels.emplace_back(kNasBench101Operations.at(cell.label[static_cast<std::size_t>(node)]));
  }
  labels.emplace_back("output");
  return labels;
}

}  // namespace dinas
