#include "space/nasbench_nlp_notation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "space/json_text.h"

namespace dinas {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestRecipe =
    16384;  // bytes; the longest recipe of the space has about 1000

// The number behind `prefix` in names of inputs and hidden states; nullopt for other names, and -1
// for a number that no state has.
std::optional<int> state_number(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix) || name.size() == prefix.size()) return std::nullopt;
  const auto digits = name.substr(prefix.size());
  if (!std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  const int number = digits[0] - '0';
  return digits.size() == 1 && number < kNlpHidden ? number : -1;
}

// Turns a recipe into a cell, rule by rule. The functions say what is wrong in `why` and return
// false.
class Recipe {
 public:
  explicit Recipe(std::string& why) : why_(why) {}

  bool read(const Json& recipe) {
    if (!recipe.is_object() || recipe.empty()) {
      return fail("expected a JSON object, node name -> {op, input}");
    }
    if (recipe.size() > kNlpOperations) {
      return fail(fmt::format("{} operation nodes: at most {} fit", recipe.size(), kNlpOperations));
    }
    for (const auto& [name, node] : recipe.items()) {
      if (!add_name(name)) return false;
    }
    for (const auto& [name, node] : recipe.items()) {
      if (!add_node(name, node)) return false;
    }
    return check_hidden() && check_used() && sort();
  }

  // After read().
  [[nodiscard]] NlpCell cell() const {
    NlpCell result;
    std::vector<int> place(nodes_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) place[order_[i]] = static_cast<int>(i);
    for (const std::size_t index : order_) {
      NlpCell::Node node = nodes_[index];
      for (int& source : node.operands) {
        if (source >= kNlpInputs) {
          source = kNlpInputs + place[static_cast<std::size_t>(source - kNlpInputs)];
        }
      }
      result.nodes.push_back(std::move(node));
    }
    for (std::size_t state = 0; state < hidden_count(); ++state) {
      result.hidden.push_back(place[static_cast<std::size_t>(hidden_[state])]);
    }
    return result;
  }

 private:
  bool fail(std::string why) {
    why_ = std::move(why);
    return false;
  }

  bool add_name(const std::string& name) {
    if (name == "x" || state_number(name, "h_prev_")) {
      return fail(fmt::format("'{}' is an input and cannot be a node", shown(name)));
    }
    if (const auto state = state_number(name, "h_new_")) {
      if (*state < 0) {
        return fail(fmt::format("unknown hidden state '{}': expected h_new_0 to h_new_{}",
                                shown(name), kNlpHidden - 1));
      }
      hidden_[static_cast<std::size_t>(*state)] = static_cast<int>(names_.size());
    }
    names_.push_back(name);
    return true;
  }

  bool add_node(const std::string& name, const Json& node) {
    const auto where = fmt::format("node '{}'", shown(name));
    const bool complete = node.is_object() && node.size() == 2 && node.contains("op") &&
                          node.contains("input") && node["op"].is_string() &&
                          node["input"].is_array();
    if (!complete) return fail(where + ": expected {\"op\": name, \"input\": [names]}");
    const auto& op = node["op"].get_ref<const std::string&>();
    const auto known = std::ranges::find(kNlpOperationTable, op, &NlpOperation::name);
    if (known == kNlpOperationTable.end()) {
      return fail(fmt::format("{}: unknown op '{}'", where, shown(op)));
    }
    const auto inputs = node["input"].size();
    if (inputs < static_cast<std::size_t>(known->fewest) ||
        inputs > static_cast<std::size_t>(known->most)) {
      return fail(fmt::format("{}: {} takes {} operands, found {}", where, known->name,
                              known->fewest == known->most
                                  ? fmt::format("{}", known->most)
                                  : fmt::format("{} or {}", known->fewest, known->most),
                              inputs));
    }
    nodes_.push_back({static_cast<std::uint8_t>(known - kNlpOperationTable.begin()), {}});
    return std::ranges::all_of(node["input"],
                               [&](const Json& operand) { return add_operand(where, operand); });
  }

  bool add_operand(const std::string& where, const Json& operand) {
    if (!operand.is_string()) return fail(where + ": an operand is not a name");
    const auto& name = operand.get_ref<const std::string&>();
    const auto input = std::ranges::find(kNlpInputNames, name);
    const auto other = std::ranges::find(names_, name);
    if (input == kNlpInputNames.end() && other == names_.end()) {
      return fail(fmt::format("{}: unknown operand '{}'", where, shown(name)));
    }
    const int source = input != kNlpInputNames.end()
                           ? static_cast<int>(input - kNlpInputNames.begin())
                           : kNlpInputs + static_cast<int>(other - names_.begin());
    auto& operands = nodes_.back().operands;
    if (std::ranges::count(operands, source) > 0) {
      return fail(fmt::format("{}: operand '{}' comes twice", where, shown(name)));
    }
    operands.push_back(source);
    return true;
  }

  [[nodiscard]] std::size_t hidden_count() const {
    return static_cast<std::size_t>(std::ranges::count_if(hidden_, [](int h) { return h >= 0; }));
  }

  bool check_hidden() {
    for (std::size_t state = 0; state < std::max<std::size_t>(hidden_count(), 1); ++state) {
      if (hidden_[state] < 0) return fail(fmt::format("no node h_new_{}", state));
    }
    return true;
  }

  // The previous states must be those of the new ones, and nothing may dangle.
  bool check_used() {
    std::set<int> used;
    for (const auto& node : nodes_) used.insert(node.operands.begin(), node.operands.end());
    const auto states = static_cast<int>(hidden_count());
    for (int input = 0; input < kNlpInputs; ++input) {
      const auto name = kNlpInputNames[static_cast<std::size_t>(input)];
      if (input <= states && !used.contains(input)) {
        return fail(fmt::format("no node reads {}", name));
      }
      if (input > states && used.contains(input)) {
        return fail(fmt::format("{} is read but there is no h_new_{}", name, input - 1));
      }
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const auto index = static_cast<int>(i);
      if (used.contains(kNlpInputs + index) || std::ranges::count(hidden_, index) > 0) continue;
      return fail(fmt::format("node '{}' is neither read nor a hidden state", shown(names_[i])));
    }
    return true;
  }

  // Fills order_ with the nodes in topological order, the first in the file first.
  bool sort() {
    std::vector<bool> placed(nodes_.size(), false);
    const auto ready = [&](std::size_t i) {
      return !placed[i] && std::ranges::all_of(nodes_[i].operands, [&](int source) {
        return source < kNlpInputs || placed[static_cast<std::size_t>(source - kNlpInputs)];
      });
    };
    while (order_.size() < nodes_.size()) {
      std::size_t next = 0;
      while (next < nodes_.size() && !ready(next)) ++next;
      if (next == nodes_.size()) {
        const auto first = std::ranges::find(placed, false) - placed.begin();
        return fail(fmt::format("node '{}' depends on itself or on nodes that do",
                                shown(names_[static_cast<std::size_t>(first)])));
      }
      placed[next] = true;
      order_.push_back(next);
    }
    return true;
  }

  std::string& why_;
  std::vector<std::string> names_;    // in the order of the file, as nodes_
  std::vector<NlpCell::Node> nodes_;  // operands: source 4 + i is the i-th node of the file
  std::array<int, kNlpHidden> hidden_ = {-1, -1, -1};  // its node, -1 where there is none
  std::vector<std::size_t> order_;
};

}  // namespace

std::optional<NlpCell> read_nlp_recipe(std::string_view text, std::string& why) {
  auto json = read_json_text(text, kLongestRecipe, why);
  if (json && json->is_string()) {
    const auto inner = json->get<std::string>();
    json = read_json_text(inner, kLongestRecipe, why);
  }
  Recipe recipe(why);
  if (!json || !recipe.read(*json)) return std::nullopt;
  return recipe.cell();
}

std::string write_nlp_recipe(const NlpCell& cell) {
  std::vector<std::string> names(kNlpInputNames.begin(), kNlpInputNames.end());
  for (std::size_t i = 0; i < cell.nodes.size(); ++i) {
    const auto hidden = std::ranges::find(cell.hidden, static_cast<int>(i));
    names.push_back(hidden == cell.hidden.end()
                        ? fmt::format("node_{}", i + 1)
                        : fmt::format("h_new_{}", hidden - cell.hidden.begin()));
  }
  std::string text;
  for (std::size_t i = 0; i < cell.nodes.size(); ++i) {
    const NlpCell::Node& node = cell.nodes[i];
    text += fmt::format(R"({}"{}":{{"op":"{}","input":[)", i == 0 ? '{' : ',',
                        names[kNlpInputs + i], kNlpOperationTable.at(node.operation).name);
    for (std::size_t j = 0; j < node.operands.size(); ++j) {
      const std::string& operand = names.at(static_cast<std::size_t>(node.operands[j]));
      text += fmt::format(R"({}"{}")", j == 0 ? "" : ",", operand);
    }
    text += "]}";
  }
  return text + "}";
}

}  // namespace dinas
