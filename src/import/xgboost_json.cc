// The JSON form of XGBoost's models (doc/model.schema of dmlc/xgboost), of which one tree at a time
// is kept as JSON.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "import/xgboost_file.h"

namespace dinas {
namespace {

using ModelJson = nlohmann::json;

constexpr int kDeepestModel = 16;
// Values outside of trees, or in one of them: far more than models have.
constexpr std::size_t kMostModelValues = 10'000'000;

const ModelJson& model_member(const ModelJson& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end()) {
    throw Error(fmt::format("expected an object with '{}'", key));
  }
  return *found;
}

// XGBoost writes parameters as texts.
template <typename Number>
Number parameter(const ModelJson& object, const char* key) {
  const ModelJson& value = model_member(object, key);
  const std::string text = value.is_string() ? value.get<std::string>() : std::string();
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) {
    throw Error(
        fmt::format("expected a number as a text under '{}', found '{}'", key, shown(text)));
  }
  return number;
}

void expect_at_most_one(const ModelJson& object, const char* key) {
  if (!object.contains(key)) return;
  const auto number = parameter<std::uint32_t>(object, key);
  if (number > 1) throw Error(fmt::format("expected at most 1 under '{}', found {}", key, number));
}

void expect_name(const ModelJson& object, std::string_view expected) {
  const auto name = model_member(object, "name").get<std::string>();
  if (name != expected) {
    throw Error(fmt::format("expected the booster '{}', found '{}'", expected, shown(name)));
  }
}

std::int32_t whole_number(const ModelJson& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  const double number = value.get<double>();
  constexpr double most = std::numeric_limits<std::int32_t>::max();
  if (number != std::floor(number) || number < -1 || number > most) {
    throw Error(fmt::format("expected a whole number of -1 or more in a tree, found {}", number));
  }
  return static_cast<std::int32_t>(number);
}

// An array with an entry for each node.
const ModelJson& column(const ModelJson& tree, const char* key, std::size_t nodes) {
  const ModelJson& values = model_member(tree, key);
  if (!values.is_array() || values.size() != nodes) {
    throw Error(fmt::format("expected an array of {} under '{}' of a tree", nodes, key));
  }
  return values;
}

RegressionTree json_tree(const ModelJson& tree) {
  const std::size_t nodes = model_member(tree, "left_children").size();
  const ModelJson& left = column(tree, "left_children", nodes);
  const ModelJson& right = column(tree, "right_children", nodes);
  const ModelJson& feature = column(tree, "split_indices", nodes);
  const ModelJson& value = column(tree, "split_conditions", nodes);
  const ModelJson& missing = column(tree, "default_left", nodes);
  const bool typed = tree.contains("split_type");
  expect_at_most_one(model_member(tree, "tree_param"), "size_leaf_vector");
  RegressionTree result(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    if (typed && whole_number(column(tree, "split_type", nodes)[i]) != 0) {
      throw Error("expected splits at thresholds, found one by categories");
    }
    TreeNode& node = result[i];
    node.left = whole_number(left[i]);
    node.right = whole_number(right[i]);
    node.feature = static_cast<std::uint32_t>(whole_number(feature[i]));
    node.missing_left = whole_number(missing[i]) != 0;
    node.value = static_cast<float>(value[i].get<double>());
  }
  return result;
}

// Everything but the trees, which go to `trees`.
ModelJson parse_model(std::string_view text, std::vector<RegressionTree>& trees) {
  std::size_t values = 0;
  std::array<std::size_t, kDeepestModel + 1> before{};  // by depth, of the object under way
  const auto see = [&](int depth, ModelJson::parse_event_t event, const ModelJson& parsed) {
    if (depth > kDeepestModel) {
      throw Error(fmt::format("expected values at most {} deep in each other", kDeepestModel));
    }
    if (++values > kMostModelValues) {
      throw Error(fmt::format("expected at most {} values in a tree", kMostModelValues));
    }
    const auto level = static_cast<std::size_t>(depth);
    if (event == ModelJson::parse_event_t::object_start) before.at(level) = values;
    if (event != ModelJson::parse_event_t::object_end || !parsed.contains("left_children")) {
      return true;
    }
    try {
      trees.push_back(json_tree(parsed));
    } catch (const Error& problem) {
      throw Error(fmt::format("in tree {}: {}", trees.size(), problem.what()));
    }
    values = before.at(level);
    return false;
  };
  return ModelJson::parse(text.begin(), text.end(), see);
}

BoostedTrees json_model(std::string_view text) {
  BoostedTrees model;
  const ModelJson root = parse_model(text, model.trees);
  const bool pickled = root.is_object() && root.contains("Model");
  const ModelJson& learner = model_member(pickled ? root["Model"] : root, "learner");
  const ModelJson& learned = model_member(learner, "learner_model_param");
  model.base = parameter<float>(learned, "base_score");
  model.features = parameter<std::uint32_t>(learned, "num_feature");
  for (const auto* outputs : {"num_class", "num_target"}) expect_at_most_one(learned, outputs);
  check_xgboost_objective(
      model_member(model_member(learner, "objective"), "name").get<std::string>());
  const ModelJson& booster = model_member(learner, "gradient_booster");
  expect_name(booster, "gbtree");
  const auto announced = parameter<std::size_t>(
      model_member(model_member(booster, "model"), "gbtree_model_param"), "num_trees");
  if (announced != model.trees.size() || announced == 0 || !std::isfinite(model.base) ||
      model.features == 0) {
    throw Error(
        fmt::format("expected a finite base score, features and as many trees as 'num_trees' "
                    "says, found {}, {} and {} of {}",
                    model.base, model.features, model.trees.size(), announced));
  }
  for (std::size_t i = 0; i < model.trees.size(); ++i) {
    try {
      check_tree(model.trees[i], model.features);
    } catch (const Error& problem) {
      throw Error(fmt::format("in tree {}: {}", i, problem.what()));
    }
  }
  return model;
}

}  // namespace

BoostedTrees read_xgboost_json(std::string_view text, const std::string& name) {
  try {
    return json_model(text);
  } catch (const ModelJson::parse_error& problem) {
    throw Error(fmt::format("{}: not JSON: unexpected character {}", name, problem.byte));
  } catch (const ModelJson::exception& problem) {
    throw Error(fmt::format("{}: expected other JSON: {}", name, problem.what()));
  } catch (const Error& problem) {
    throw Error(fmt::format("{}: {}", name, problem.what()));
  }
}

}  // namespace dinas
