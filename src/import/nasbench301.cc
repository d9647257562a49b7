// The trainings that NAS-Bench-301 was fitted to: results_*.json with "info", "test_accuracy",
// "runtime" and the configuration, whose keys edge_CELL_i and inputs_node_CELL_n spell the cells
// (nasbench301/representations.py and surrogate_models/utils.py of automl/nasbench301).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "import/documents.h"
#include "import/formats.h"
#include "import/table_text.h"
#include "space/darts_cell.h"

namespace dinas {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kDarts = "NetworkSelectorDatasetInfo:darts:";
constexpr int kFirstNode = 2;
constexpr int kEndNode = 6;

const std::string& text_at(const Json& object, const std::string& key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) {
    throw Error(fmt::format("expected a text under '{}'", key));
  }
  return found->get_ref<const std::string&>();
}

// The two inputs of a node, "1_3"; node 2 has no choice.
std::array<int, 2> inputs_of(const Json& configuration, std::string_view cell, int node) {
  if (node == kFirstNode) return {0, 1};
  const std::string key = fmt::format("{}inputs_node_{}_{}", kDarts, cell, node);
  const std::string& text = text_at(configuration, key);
  if (text.size() != 3 || text[1] != '_' || text[0] < '0' || text[0] >= text[2] ||
      text[2] >= '0' + node) {
    throw Error(
        fmt::format("expected two inputs below {} under '{}', found '{}'", node, key, shown(text)));
  }
  return {text[0] - '0', text[2] - '0'};
}

// Eight entries op~input. Edges are numbered node by node, by input within a node.
std::string spell_cell(const Json& configuration, std::string_view cell) {
  std::string spelled;
  int first_edge = 0;
  for (int node = kFirstNode; node < kEndNode; ++node) {
    for (const int input : inputs_of(configuration, cell, node)) {
      const std::string key = fmt::format("{}edge_{}_{}", kDarts, cell, first_edge + input);
      const std::string& operation = text_at(configuration, key);
      if (std::ranges::find(kDartsOpNames, operation) == kDartsOpNames.end()) {
        throw Error(fmt::format("expected an operation of DARTS under '{}', found '{}'", key,
                                shown(operation)));
      }
      spelled += fmt::format("{}{}~{}", spelled.empty() ? "" : " ", operation, input);
    }
    first_edge += node;
  }
  return spelled;
}

// null and NaN are numbers that are missing; a result has the key all the same.
double number_under(const Json& object, const std::string& key) {
  if (!object.contains(key)) throw Error(fmt::format("expected '{}' in a result", key));
  return number_or_missing(object, key);
}

void write_result(const Json& result, TableText& table) {
  const auto configuration = result.find("optimized_hyperparamater_config");
  const auto info = result.find("info");
  if (configuration == result.end() || info == result.end() || !info->is_array() || info->empty()) {
    throw Error("expected a result with 'optimized_hyperparamater_config' and 'info'");
  }
  table.text(spell_cell(*configuration, "normal"));
  table.text(spell_cell(*configuration, "reduce"));
  table.number(number_under(info->at(0), "val_accuracy"));
  table.number(number_under(result, "test_accuracy"));
  table.number(number_under(result, "runtime"));
  table.number(number_or_missing(*configuration,
                                 "SimpleLearningrateSchedulerSelector:cosine_annealing:T_max"));
  for (const auto* name : {"init_channels", "layers"}) {
    table.number(number_or_missing(*configuration, fmt::format("{}{}", kDarts, name)));
  }
  table.end_row();
}

}  // namespace

std::string import_nasbench301(const std::vector<std::string>& paths) {
  TableText table(paths.front(), {"normal", "reduce", "valid_acc", "test_acc", "runtime_s",
                                  "epochs", "init_channels", "layers"});
  for_each_document(paths,
                    [&](const std::string&, const Json& result) { write_result(result, table); });
  return std::move(table).take();
}

}  // namespace dinas
