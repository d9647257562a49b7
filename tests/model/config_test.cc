#include "model/config.h"

#include <limits>

#include "model/strict_json.h"
#include "model/support.h"

namespace dinas {
namespace {

using nlohmann::json;

ModelConfig paper_config() {
  ModelConfig config = small_model().config;
  config.profile = Profile::kPaper;
  config.noise = Noise::kMarginal;
  config.paper.layers = 3;
  config.paper.propagate_global = true;
  config.paper.class_shares = {0.01, 0.02};
  return config;
}

// Every field of an object and of the objects in it, as JSON pointers.
std::vector<json::json_pointer> all_fields(const json& value,
                                           const json::json_pointer& at = json::json_pointer()) {
  std::vector<json::json_pointer> fields;
  for (const auto& [key, item] : value.items()) {
    const json::json_pointer here = value.is_array() ? at / std::stoul(key) : at / key;
    if (value.is_object()) fields.push_back(here);
    if (item.is_structured()) {
      for (const auto& inner : all_fields(item, here)) fields.push_back(inner);
    }
  }
  return fields;
}

// "/metrics/0/name" > "metrics.0.name", as messages have it.
std::string dotted(const json::json_pointer& pointer) {
  std::string text = pointer.to_string().substr(1);
  for (char& c : text) c = c == '/' ? '.' : c;
  return text;
}

TEST(Config, RoundTripsBothProfiles) {
  const ModelConfig fast = small_model().config;
  const ModelConfig again = config_from_json(parse_strict_json(print_json(to_json(fast))));
  EXPECT_EQ(again.profile, Profile::kFast);
  EXPECT_EQ(again.space, "nasbench201");
  EXPECT_EQ(again.noise, Noise::kMask);
  EXPECT_EQ(again.diffusion_steps, 500);
  EXPECT_EQ(again.metrics, fast.metrics);
  EXPECT_EQ(again.denoiser, fast.denoiser);
  EXPECT_EQ(again.training, fast.training);

  const ModelConfig paper = paper_config();
  const ModelConfig other = config_from_json(parse_strict_json(print_json(to_json(paper))));
  EXPECT_EQ(other.profile, Profile::kPaper);
  EXPECT_EQ(other.noise, Noise::kMarginal);
  EXPECT_EQ(other.paper, paper.paper);
}

TEST(Config, EveryMissingFieldIsNamed) {
  for (const ModelConfig& config : {small_model().config, paper_config()}) {
    const json valid = to_json(config);
    for (const auto& field : all_fields(valid)) {
      json broken = valid;
      broken.at(field.parent_pointer()).erase(field.back());
      expect_error([&] { config_from_json(broken); }, "field '" + dotted(field) + "' is missing");
    }
  }
}

TEST(Config, EveryMistypedFieldIsNamed) {
  for (const ModelConfig& config : {small_model().config, paper_config()}) {
    const json valid = to_json(config);
    for (const auto& field : all_fields(valid)) {
      for (const json& wrong : {json(nullptr), json(1.5e300), json("bogus!")}) {
        // Any text will do: whether it describes a space is for check_model to find out.
        if (field.back() == "space_definition" && wrong.is_string()) continue;
        json broken = valid;
        broken.at(field) = wrong;
        expect_error([&] { config_from_json(broken); }, "field '" + dotted(field) + "' must be");
      }
    }
  }
}

TEST(Config, EveryUnknownFieldIsNamed) {
  json broken = to_json(small_model().config);
  broken["denoiser"]["depth"] = 3;
  expect_error([&] { config_from_json(broken); }, "field 'denoiser.depth' is not known");
  broken = to_json(small_model().config);
  broken["paper"] = json::object();
  expect_error([&] { config_from_json(broken); }, "field 'paper' is not known");
}

struct OutOfRange {
  std::string pointer;
  json value;
  std::string phrase;
};

TEST(Config, ValuesOutOfRangeAreNamed) {
  const std::vector<OutOfRange> cases = {
      {"/profile", "quick", "field 'profile' must be 'fast' or 'paper', found \"quick\""},
      {"/noise", "gauss", "field 'noise' must be 'mask' or 'marginal' or 'uniform'"},
      {"/space", "", "field 'space'"},
      {"/space", "\x1b[2J", "field 'space'"},
      {"/diffusion_steps", 0, "field 'diffusion_steps'"},
      {"/diffusion_steps", 1e9, "field 'diffusion_steps'"},
      {"/denoiser/width", 0, "from 1 to 4096, found 0"},
      {"/denoiser/width", -64, "from 1 to 4096, found -64"},
      {"/denoiser/width", 4097, "from 1 to 4096, found 4097"},
      {"/denoiser/width", 4294967298, "from 1 to 4096, found 4294967298"},
      {"/denoiser/heads", 3, "field 'denoiser.width' must be a multiple of 3"},
      {"/denoiser/layers", 65, "field 'denoiser.layers'"},
      {"/denoiser/feed_forward", 16385, "field 'denoiser.feed_forward'"},
      {"/denoiser/fourier", 0, "field 'denoiser.fourier'"},
      {"/denoiser/condition", 4097, "field 'denoiser.condition'"},
      {"/denoiser/time_input", 1, "field 'denoiser.time_input' must be true or false"},
      {"/metrics/0/name", "", "field 'metrics.0.name'"},
      {"/metrics/0/name", "a b", "field 'metrics.0.name'"},
      {"/metrics/0/name", std::string(201, 'a'), "field 'metrics.0.name'"},
      {"/metrics/1/name", "accuracy", "field 'metrics.1.name' must be different"},
      {"/metrics/0/direction", "up", "field 'metrics.0.direction' must be 'max' or 'min'"},
      {"/metrics/0/level", "cells", "field 'metrics.0.level' must be 'cell' or 'class'"},
      {"/metrics/0", 1, "field 'metrics.0' must be an object, found 1"},
      {"/metrics", json(std::vector<int>(65, 0)), "at most 64 metrics, found 65"},
      {"/training/seed", -1, "field 'training.seed'"},
      {"/training/hide_classes", 1.5, "field 'training.hide_classes' must be a number from 0 to 1"},
      {"/training/batch", -1, "field 'training.batch'"},
      {"/training/seconds", -1.0, "field 'training.seconds'"},
      {"/training/tables", json::array({1}), "field 'training.tables'"},
  };
  const json valid = to_json(small_model().config);
  for (const OutOfRange& item : cases) {
    SCOPED_TRACE(item.pointer);
    json broken = valid;
    broken.at(json::json_pointer(item.pointer)) = item.value;
    expect_error([&] { config_from_json(broken); }, item.phrase);
  }
}

TEST(Config, PaperValuesOutOfRangeAreNamed) {
  const std::vector<OutOfRange> cases = {
      {"/paper/node_hidden", 255, "field 'paper.node_hidden' must be a multiple of 2"},
      {"/paper/heads", 7, "field 'paper.heads' must be a divisor of 2 * node_hidden = 512"},
      {"/paper/layers", 1000, "field 'paper.layers'"},
      {"/paper/batch", 0, "field 'paper.batch'"},
      {"/paper/class_shares", json{0.05, 1.01}, "field 'paper.class_shares'"},
      {"/paper/class_shares", json{0.1, 0.1, 0.1}, "must be 1 or 2 numbers from 0 to 1"},
      {"/paper/edge_loss", -5.0, "field 'paper.edge_loss'"},
      {"/paper/dropout", "0.1", "field 'paper.dropout' must be a number"},
  };
  const json valid = to_json(paper_config());
  for (const OutOfRange& item : cases) {
    SCOPED_TRACE(item.pointer);
    json broken = valid;
    broken.at(json::json_pointer(item.pointer)) = item.value;
    expect_error([&] { config_from_json(broken); }, item.phrase);
  }
}

TEST(Config, ANumberThatIsNotFiniteCannotBeReadBack) {
  ModelConfig config = small_model().config;
  config.training.seconds = std::numeric_limits<double>::quiet_NaN();
  expect_error([&] { config_from_json(to_json(config)); }, "field 'training.seconds'");
}

TEST(Profile, NamesAreReadBack) {
  EXPECT_EQ(parse_profile("fast"), Profile::kFast);
  EXPECT_EQ(parse_profile("paper"), Profile::kPaper);
  EXPECT_EQ(profile_name(Profile::kPaper), "paper");
  EXPECT_THROW(parse_profile("Fast"), UsageError);
}

}  // namespace
}  // namespace dinas
