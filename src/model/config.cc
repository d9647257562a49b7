#include "model/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/error.h"
#include "model/strict_json.h"
#include "table/random_rows.h"

namespace dinas {
namespace {

using nlohmann::json;

// Far beyond any sensible model; they keep every product of sizes below 2^63 and every table of
// tensor names small, whatever a file claims.
constexpr int kMaxWidth = 4096;
constexpr int kMaxInner = 16384;
constexpr int kMaxLayers = 64;
constexpr int kMaxSteps = 1'000'000;
constexpr int kMaxBatch = 1 << 24;
constexpr double kMaxLossWeight = 1e6;
constexpr std::size_t kMaxMetrics = 64;
constexpr std::size_t kMaxTables = 1000;
constexpr std::size_t kMaxName = 200;

std::string_view direction_name(Direction direction) {
  return direction == Direction::kMax ? "max" : "min";
}

std::string_view level_name(MetricLevel level) {
  return level == MetricLevel::kCell ? "cell" : "class";
}

// The enumerator whose name the field holds.
template <typename Enum, typename Name>
Enum choice(JsonFields& fields, const std::string& field, std::initializer_list<Enum> values,
            Name name) {
  const std::string text = fields.text(field);
  std::string expected;
  for (const Enum value : values) {
    if (text == name(value)) return value;
    expected += fmt::format("{}'{}'", expected.empty() ? "" : " or ", name(value));
  }
  fields.fail(field, expected, json(text));
}

// Names are printed and written into commands, so a file may not smuggle anything else into them.
std::string plain_name(JsonFields& fields, const std::string& field) {
  const std::string text = fields.text(field);
  if (text.empty() || text.size() > kMaxName ||
      text.find_first_not_of(kMetricNameCharacters) != std::string::npos) {
    fields.fail(field, fmt::format("1 to {} letters, digits, '_', '.' or '-'", kMaxName),
                json(text));
  }
  return text;
}

void expect_multiple(const JsonFields& fields, const std::string& name, int value, int divisor) {
  if (value % divisor != 0) {
    fields.fail(name, fmt::format("a multiple of {}", divisor), json(value));
  }
}

json denoiser_json(const DenoiserConfig& c) {
  return {{"width", c.width},           {"layers", c.layers},
          {"heads", c.heads},           {"feed_forward", c.feed_forward},
          {"edge_width", c.edge_width}, {"fourier", c.fourier},
          {"condition", c.condition},   {"time_input", c.time_input}};
}

DenoiserConfig read_denoiser(JsonFields fields) {
  DenoiserConfig c;
  c.width = fields.integer("width", 1, kMaxWidth);
  c.layers = fields.integer("layers", 1, kMaxLayers);
  c.heads = fields.integer("heads", 1, kMaxWidth);
  c.feed_forward = fields.integer("feed_forward", 1, kMaxInner);
  c.edge_width = fields.integer("edge_width", 1, kMaxWidth);
  c.fourier = fields.integer("fourier", 1, kMaxWidth);
  c.condition = fields.integer("condition", 1, kMaxWidth);
  c.time_input = fields.flag("time_input");
  fields.expect_no_more();
  expect_multiple(fields, "width", c.width, c.heads);
  return c;
}

json paper_json(const PaperConfig& c) {
  return {{"layers", c.layers},
          {"node_hidden", c.node_hidden},
          {"edge_hidden", c.edge_hidden},
          {"global_hidden", c.global_hidden},
          {"global_feed_forward", c.global_feed_forward},
          {"heads", c.heads},
          {"node_feed_forward", c.node_feed_forward},
          {"edge_feed_forward", c.edge_feed_forward},
          {"time_input", c.time_input},
          {"propagate_global", c.propagate_global},
          {"official_two_condition_layout", c.official_two_condition_layout},
          {"batch", c.batch},
          {"class_shares", c.class_shares},
          {"drop_condition", c.drop_condition},
          {"node_loss", c.node_loss},
          {"edge_loss", c.edge_loss},
          {"dropout", c.dropout}};
}

std::vector<double> read_class_shares(JsonFields& fields, std::size_t metrics) {
  const json& shares = fields.list("class_shares");
  const auto is_share = [](const json& item) {
    return item.is_number() && item.get<double>() >= 0.0 && item.get<double>() <= 1.0;
  };
  if ((shares.size() != 1 && shares.size() != metrics) || !std::ranges::all_of(shares, is_share)) {
    fields.fail("class_shares", fmt::format("1 or {} numbers from 0 to 1", metrics), shares);
  }
  return shares.get<std::vector<double>>();
}

PaperConfig read_paper(JsonFields fields, std::size_t metrics) {
  PaperConfig c;
  c.layers = fields.integer("layers", 1, kMaxLayers);
  c.node_hidden = fields.integer("node_hidden", 2, kMaxWidth);
  c.edge_hidden = fields.integer("edge_hidden", 1, kMaxWidth);
  c.global_hidden = fields.integer("global_hidden", 1, kMaxWidth);
  c.global_feed_forward = fields.integer("global_feed_forward", 1, kMaxInner);
  c.heads = fields.integer("heads", 1, kMaxWidth);
  c.node_feed_forward = fields.integer("node_feed_forward", 1, kMaxInner);
  c.edge_feed_forward = fields.integer("edge_feed_forward", 1, kMaxInner);
  c.time_input = fields.flag("time_input");
  c.propagate_global = fields.flag("propagate_global");
  c.official_two_condition_layout = fields.flag("official_two_condition_layout");
  c.batch = fields.integer("batch", 1, kMaxBatch);
  c.class_shares = read_class_shares(fields, metrics);
  c.drop_condition = fields.number("drop_condition", 0.0, 1.0);
  c.node_loss = fields.number("node_loss", 0.0, kMaxLossWeight);
  c.edge_loss = fields.number("edge_loss", 0.0, kMaxLossWeight);
  c.dropout = fields.number("dropout", 0.0, 1.0);
  fields.expect_no_more();
  // Sines and cosines take half of the node features each.
  expect_multiple(fields, "node_hidden", c.node_hidden, 2);
  if (2 * c.node_hidden % c.heads != 0) {
    fields.fail("heads", fmt::format("a divisor of 2 * node_hidden = {}", 2 * c.node_hidden),
                json(c.heads));
  }
  return c;
}

json training_json(const TrainingRecord& r) {
  return {{"seed", r.seed},
          {"graphs", r.graphs},
          {"labels", r.labels},
          {"random", r.random},
          {"label_budget", r.label_budget},
          {"hide_classes", r.hide_classes},
          {"steps", r.steps},
          {"batch", r.batch},
          {"seconds", r.seconds},
          {"tables", r.tables}};
}

TrainingRecord read_training(JsonFields fields) {
  TrainingRecord r;
  r.seed = fields.count("seed");
  r.graphs = fields.count("graphs");
  r.labels = fields.count("labels");
  r.random = static_cast<std::uint64_t>(fields.integer("random", 0, static_cast<int>(kMostRandom)));
  r.label_budget = fields.count("label_budget");
  r.hide_classes = fields.number("hide_classes", 0.0, 1.0);
  r.steps = fields.count("steps");
  r.batch = fields.integer("batch", 0, kMaxBatch);
  constexpr double kLongest = 1e12;
  r.seconds = fields.number("seconds", 0.0, kLongest);
  const json& tables = fields.list("tables");
  const auto is_text = [](const json& item) { return item.is_string(); };
  if (tables.size() > kMaxTables || !std::all_of(tables.begin(), tables.end(), is_text)) {
    fields.fail("tables", fmt::format("a list of at most {} texts", kMaxTables), tables);
  }
  r.tables = tables.get<std::vector<std::string>>();
  fields.expect_no_more();
  return r;
}

json metrics_json(const std::vector<MetricSpec>& metrics) {
  json list = json::array();
  for (const MetricSpec& metric : metrics) {
    list.push_back({{"name", metric.name},
                    {"direction", direction_name(metric.direction)},
                    {"level", level_name(metric.level)}});
  }
  return list;
}

std::vector<MetricSpec> read_metrics(JsonFields& fields) {
  const json& list = fields.list("metrics");
  if (list.size() > kMaxMetrics) {
    fields.fail("metrics", fmt::format("a list of at most {} metrics", kMaxMetrics), list.size());
  }
  std::vector<MetricSpec> metrics;
  for (const json& item : list) {
    JsonFields metric(item, fmt::format("metrics.{}", metrics.size()));
    MetricSpec spec;
    spec.name = plain_name(metric, "name");
    spec.direction =
        choice(metric, "direction", {Direction::kMax, Direction::kMin}, direction_name);
    spec.level = choice(metric, "level", {MetricLevel::kCell, MetricLevel::kClass}, level_name);
    metric.expect_no_more();
    for (const MetricSpec& earlier : metrics) {
      if (earlier.name == spec.name) {
        metric.fail("name", "different from the other metrics' names", json(spec.name));
      }
    }
    metrics.push_back(std::move(spec));
  }
  return metrics;
}

}  // namespace

Profile parse_profile(std::string_view text) {
  for (const Profile profile : {Profile::kFast, Profile::kPaper}) {
    if (text == profile_name(profile)) return profile;
  }
  throw UsageError(fmt::format("unknown profile '{}': expected 'fast' or 'paper'", text));
}

std::string_view profile_name(Profile profile) {
  return profile == Profile::kFast ? "fast" : "paper";
}

json to_json(const ModelConfig& config) {
  json result = {
      {"profile", profile_name(config.profile)},     {"space", config.space},
      {"space_definition", config.space_definition}, {"noise", noise_name(config.noise)},
      {"diffusion_steps", config.diffusion_steps},   {"metrics", metrics_json(config.metrics)},
      {"training", training_json(config.training)}};
  if (config.profile == Profile::kFast) {
    result["denoiser"] = denoiser_json(config.denoiser);
  } else {
    result["paper"] = paper_json(config.paper);
  }
  return result;
}

ModelConfig config_from_json(const json& value) {
  JsonFields fields(value);
  ModelConfig config;
  config.profile = choice(fields, "profile", {Profile::kFast, Profile::kPaper}, profile_name);
  config.space = plain_name(fields, "space");
  config.space_definition = fields.text("space_definition");
  config.noise =
      choice(fields, "noise", {Noise::kMask, Noise::kMarginal, Noise::kUniform}, noise_name);
  config.diffusion_steps = fields.integer("diffusion_steps", 1, kMaxSteps);
  config.metrics = read_metrics(fields);
  if (config.profile == Profile::kFast) {
    config.denoiser = read_denoiser(fields.object("denoiser"));
  } else {
    config.paper = read_paper(fields.object("paper"), config.metrics.size());
  }
  config.training = read_training(fields.object("training"));
  fields.expect_no_more();
  return config;
}

}  // namespace dinas
