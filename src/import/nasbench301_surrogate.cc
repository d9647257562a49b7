// Predictions of the official surrogate of NAS-Bench-301 (automl/nasbench301): an ensemble of
// gradient-boosted trees, a pickle MEMBER/surrogate_model.model each, for cells of a table.
#include "import/nasbench301_surrogate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/text.h"
#include "import/documents.h"
#include "import/formats.h"
#include "import/table_text.h"
#include "import/xgboost_file.h"
#include "table/table.h"

namespace dinas {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFirstDependentEdge = 2;  // of 14; the edges of node 2 are always there
constexpr std::size_t kFreeEdges = 10;          // positions of what an architecture chooses
constexpr std::size_t kInputChoices = 15;
constexpr std::size_t kDependentEdges = 32;

// UniformIntegerHyperparameter: bounds half a unit further out.
double scaled(double value, double low, double high) {
  constexpr double half = 0.49999;
  return (value - (low - half)) / (high + half - (low - half));
}

// The settings that are the same for every architecture; 0 stands for a single choice as well.
std::array<double, kSurrogateFeatures> fixed_features() {
  std::array<double, kSurrogateFeatures> features{};
  features.fill(0.0);
  constexpr double half = 0.49999;
  features[0] =
      (std::log(96.0) - std::log(64 - half)) / (std::log(128 + half) - std::log(64 - half));
  features[4] = scaled(1, 1, 3);              // cutout_holes
  features[5] = scaled(16, 1, 50);            // cutout_length
  features[14] = scaled(32, 1, 10000);        // init_channels
  features[21] = scaled(8, 1, 10000);         // layers
  features[24] = std::log(0.025);             // learning_rate
  features[25] = (0.9 - 0.1) / (0.99 - 0.1);  // momentum
  features[26] = std::log(0.0003);            // weight_decay
  features[27] = scaled(100, 1, 10000);       // T_max
  features[28] = 1e-8 / 10000;                // eta_min
  features[31] = (std::log(0.2) - std::log(0.01)) / (std::log(0.7) - std::log(0.01));  // mixup
  std::fill(features.begin() + kDependentEdges, features.end(), -1.0);
  return features;
}

// Edges are numbered node by node, by input within a node. By name 10 comes before 2.
std::size_t edge_position(std::size_t cell, std::size_t edge) {
  if (edge < kFirstDependentEdge) return kFreeEdges + 2 * cell + edge;
  return kDependentEdges + 12 * cell + (edge >= 10 ? edge - 10 : edge + 2);
}

using Features = std::array<double, kSurrogateFeatures>;

bool describe_cell(const DartsCell& nodes, std::size_t cell, Features& features) {
  std::size_t first_edge = 0;
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    const DartsNode& node = nodes.at(k);
    for (std::size_t i = 0; i < 2; ++i) {
      if (node.ops.at(i) == DartsOp::kNone) return false;
      // The order of configspace.json is that of the codes.
      features.at(edge_position(cell, first_edge + node.inputs.at(i))) =
          static_cast<int>(node.ops.at(i)) - static_cast<int>(DartsOp::kMaxPool3);
    }
    if (k > 0) {
      const auto pairs = darts_input_pairs(static_cast<int>(k) + 2);
      features.at(kInputChoices + 3 * cell + k - 1) =
          static_cast<double>(std::ranges::find(pairs, node.inputs) - pairs.begin());
    }
    first_edge += k + 2;
  }
  return true;
}

// Runtime models of the same form predict seconds.
void check_model_config(const std::string& model) {
  const std::string config = (fs::path(model).parent_path() / "model_config.json").string();
  std::error_code ignored;
  if (!fs::is_regular_file(config, ignored)) return;
  for_each_document({config}, [](const std::string&, const nlohmann::ordered_json& json) {
    const auto kind = json.find("model");
    if (kind == json.end() || *kind != "xgb") {
      throw Error("expected 'xgb' under 'model', the accuracy by XGBoost, found another model");
    }
  });
}

std::vector<std::string> member_files(const std::string& folder) {
  auto files = read_folder(folder, [&] {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const bool model = entry.path().filename().string().ends_with("surrogate_model.model");
      if (model && entry.is_regular_file()) found.push_back(entry.path().string());
    }
    return found;
  });
  if (files.empty()) {
    throw Error(fmt::format("{}: expected MEMBER/surrogate_model.model in it, found none", folder));
  }
  std::ranges::sort(files);
  return files;
}

struct SurrogateInput {
  std::vector<std::string> models;
  std::vector<std::string> tables;
};

SurrogateInput sort_paths(const std::vector<std::string>& paths) {
  SurrogateInput input;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      for (std::string& file : member_files(path)) input.models.push_back(std::move(file));
    } else {
      (is_xgboost_file(path) ? input.models : input.tables).push_back(path);
    }
  }
  if (input.models.empty()) {
    throw Error(fmt::format(
        "{}: byte 0: expected a model of XGBoost (a pickle, JSON or its binary form) in "
        "one of them, or the unpacked folder xgb_v1.0, found neither",
        fmt::join(input.tables, ", ")));
  }
  if (input.tables.empty()) {
    throw UsageError("expected a table of cells with 'normal' and 'reduce' beside the models");
  }
  return input;
}

Table read_cells_to_predict(const std::vector<std::string>& files) {
  Table cells = load_tables(files, find_space("darts"));
  for (const TableNotice& notice : cells.notices()) {
    if (notice.kind == TableNotice::Kind::kUnknownNotation) throw Error(notice.text);
  }
  return cells;
}

// op~input eight times, as the data set's table has it.
std::string spell(const DartsCell& cell) {
  std::string text;
  for (const DartsNode& node : cell) {
    for (std::size_t i = 0; i < 2; ++i) {
      text += fmt::format("{}{}~{}", text.empty() ? "" : " ",
                          kDartsOpNames.at(static_cast<std::size_t>(node.ops.at(i))),
                          node.inputs.at(i));
    }
  }
  return text;
}

// By member, of the rows of features.
std::vector<std::vector<float>> predict_with(const std::vector<std::string>& models,
                                             const std::vector<float>& features) {
  std::vector<std::vector<float>> predictions;
  for (const std::string& file : models) {
    check_model_config(file);
    const BoostedTrees model = read_xgboost_file(file);
    if (model.features != kSurrogateFeatures) {
      throw Error(fmt::format("{}: expected a model of the {} features of NAS-Bench-301, found {}",
                              file, kSurrogateFeatures, model.features));
    }
    predictions.push_back(predict(model, features, available_threads()));
  }
  return predictions;
}

// As numpy.mean and numpy.std have them, in double precision.
void write_prediction(const std::vector<std::vector<float>>& predictions, std::size_t row,
                      TableText& table) {
  const auto members = static_cast<double>(predictions.size());
  double sum = 0.0;
  for (const auto& member : predictions) sum += double{member[row]};
  const double mean = sum / members;
  double squares = 0.0;
  for (const auto& member : predictions) squares += std::pow(double{member[row]} - mean, 2);
  table.number(mean);
  table.number(std::sqrt(squares / members));
}

}  // namespace

std::optional<std::array<float, kSurrogateFeatures>> nasbench301_features(
    const DartsGenotype& genotype) {
  Features features = fixed_features();
  if (!describe_cell(genotype.normal, 0, features)) return std::nullopt;
  if (!describe_cell(genotype.reduce, 1, features)) return std::nullopt;
  std::array<float, kSurrogateFeatures> result{};
  std::ranges::transform(features, result.begin(), [](double x) { return static_cast<float>(x); });
  return result;
}

std::string import_nasbench301_surrogate(const std::vector<std::string>& paths) {
  const SurrogateInput input = sort_paths(paths);
  const Table cells = read_cells_to_predict(input.tables);
  std::vector<float> features;
  std::vector<bool> known;
  for (std::size_t row = 0; row < cells.rows(); ++row) {
    const auto found = nasbench301_features(darts_decode(cells.architecture(row)));
    known.push_back(found.has_value());
    if (found) features.insert(features.end(), found->begin(), found->end());
  }
  const auto predictions = predict_with(input.models, features);
  TableText table(paths.front(),
                  {"normal", "reduce", "surrogate_valid_acc", "surrogate_valid_acc_std"});
  std::size_t predicted = 0;
  for (std::size_t row = 0; row < cells.rows(); ++row) {
    const DartsGenotype genotype = darts_decode(cells.architecture(row));
    table.text(spell(genotype.normal));
    table.text(spell(genotype.reduce));
    if (known[row]) {
      write_prediction(predictions, predicted++, table);
    } else {
      table.number(kMissing);
      table.number(kMissing);
    }
    table.end_row();
  }
  return std::move(table).take();
}

}  // namespace dinas
