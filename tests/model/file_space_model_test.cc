// A model of a space that a file described: the file is not needed again.
#include <filesystem>

#include "base/file.h"
#include "model/model.h"
#include "model/model_check.h"
#include "model/sealed_file.h"
#include "model/strict_json.h"
#include "model/support.h"
#include "support/temp.h"

namespace dinas {
namespace {

const std::string kDefinition = R"(name = "small"
summary = "two operations in a row"
[labels]
op = ["conv", "pool"]
[[node]]
name = "in"
[[node]]
name = "x"
labels = "op"
chain = true
[[node]]
name = "y"
labels = "op"
chain = true
[[forbid]]
x = "pool"
y = "pool"
)";

Model file_model(const std::string& definition = kDefinition) {
  Model model = small_model();
  model.config.space = "small";
  model.config.space_definition = definition;
  model.config.training.random = 12;
  const auto space = space_of(model.config);
  model.marginals.assign(2, {0.25, 0.75});
  model.weights.clear();
  for (const ParameterInfo& info : fast_parameters(model.config.denoiser, space->skeleton(), 2)) {
    model.weights[info.name] = {
        info.shape, std::vector<float>(static_cast<std::size_t>(element_count(info.shape)), 0.5F)};
  }
  return model;
}

TEST(FileSpaceModel, SurvivesSaveAndLoad) {
  const TempFolder folder;
  const std::string path = folder.file("a.dinas");
  save_model(path, file_model());
  const Model loaded = load_model(path);
  EXPECT_EQ(loaded.config.space, "small");
  EXPECT_EQ(loaded.config.space_definition, kDefinition);
  EXPECT_EQ(loaded.config.training.random, 12U);
  const auto space = space_of(loaded.config);
  EXPECT_EQ(space->name(), "small");
  EXPECT_EQ(space->definition(), kDefinition);
  EXPECT_EQ(space->skeleton().variable_count(), 2);
  EXPECT_TRUE(is_valid(space->skeleton(), Architecture{0, 1}));
  EXPECT_FALSE(is_valid(space->skeleton(), Architecture{1, 1}));
  ASSERT_EQ(loaded.weights.size(), file_model().weights.size());
  for (const auto& [name, tensor] : loaded.weights) {
    EXPECT_EQ(tensor.data, file_model().weights.at(name).data) << name;
  }
}

TEST(FileSpaceModel, ABrokenDefinitionIsRefusedWithItsLine) {
  const TempFolder folder;
  const std::string path = folder.file("a.dinas");
  Model model = file_model();
  // Line 6 without its value.
  model.config.space_definition =
      "name = 'small'\nsummary = 's'\n[labels]\nop = ['a', 'b']\n"
      "[[node]]\nname =\n";
  expect_error([&] { space_of(model.config); }, "space definition:6: ");
  expect_error([&] { save_model(path, model); }, "space definition:6: ");
  EXPECT_FALSE(std::filesystem::exists(path));

  // The same in a file whose checksum is right.
  save_model(path, file_model());
  SafetensorsFile file = read_sealed(path, "dinas-model");
  nlohmann::json config = nlohmann::json::parse(file.metadata.at("config"));
  config["space_definition"] = model.config.space_definition;
  file.metadata["config"] = config.dump();
  write_sealed(path, "dinas-model", file);
  expect_error([&] { load_model(path); }, "space definition:6: ");
}

TEST(FileSpaceModel, WeightsOfAnotherSpaceAreRefused) {
  Model model = file_model();
  model.config.space_definition =
      kDefinition + "[[node]]\nname = 'z'\nlabels = 'op'\nchain = true\n";
  expect_error([&] { check_model(model); }, "marginals of 2 variables, the space 'small' has 3");
  model.marginals.emplace_back(std::vector<double>{0.5, 0.5});
  expect_error([&] { check_model(model); }, "tensor 'weights.embed.position' has shape");
}

TEST(FileSpaceModel, AnUnknownNameWithoutADefinitionIsRefused) {
  Model model = file_model();
  model.config.space_definition = "";
  expect_error([&] { space_of(model.config); }, "field 'space' names 'small'");
  // A model file never sends the reader to a file of its choice.
  model.config.space = "/etc/small.toml";
  expect_error([&] { space_of(model.config); }, "field 'space' names '/etc/small.toml'");
}

TEST(Config, FieldsOfOtherSpacesRoundTrip) {
  ModelConfig config = small_model().config;
  config.space_definition = kDefinition + "# \"quotes\", \ttabs and \xC3\xA4\n";
  config.denoiser.edge_width = 7;
  config.training.random = 123456;
  config.training.graphs = 123999;
  const ModelConfig again = config_from_json(parse_strict_json(print_json(to_json(config))));
  EXPECT_EQ(again.space_definition, config.space_definition);
  EXPECT_EQ(again.denoiser, config.denoiser);
  EXPECT_EQ(again.training, config.training);
  config.denoiser.edge_width = 0;
  expect_error([&] { config_from_json(to_json(config)); }, "denoiser.edge_width");
}

}  // namespace
}  // namespace dinas
