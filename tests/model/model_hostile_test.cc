// Files whose checksum is right and whose content is not.
#include <limits>

#include "base/file.h"
#include "model/model.h"
#include "model/sealed_file.h"
#include "model/strict_json.h"
#include "model/support.h"
#include "support/temp.h"

namespace dinas {
namespace {

using nlohmann::json;

struct HostileModel {
  std::string what;
  std::function<void(SafetensorsFile&)> damage;
  std::string phrase;
};

std::function<void(SafetensorsFile&)> config(const std::string& pointer, const json& value) {
  return [=](SafetensorsFile& file) {
    json parsed = json::parse(file.metadata.at("config"));
    parsed.at(json::json_pointer(pointer)) = value;
    file.metadata["config"] = parsed.dump();
  };
}

std::function<void(SafetensorsFile&)> erase(const std::string& name) {
  return [=](SafetensorsFile& file) { file.tensors.erase(name); };
}

template <typename Value>
std::function<void(SafetensorsFile&)> put(const std::string& name,
                                          const std::vector<std::int64_t>& shape,
                                          const std::vector<Value>& values) {
  return [=](SafetensorsFile& file) { file.tensors[name] = make_tensor(shape, values); };
}

const double kNan = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();

std::vector<HostileModel> hostile_metrics() {
  using Doubles = std::vector<double>;
  return {
      {"missing", erase("metric.1.best_first"), "tensor 'metric.1.best_first' is missing"},
      {"wrong type", put("metric.0.best_first", {1}, std::vector<float>{1.0F}),
       "tensor 'metric.0.best_first' has type F32, expected F64"},
      {"wrong rank", put("metric.0.best_first", {1, 1}, Doubles{1.0}),
       "tensor 'metric.0.best_first' has shape [1, 1], expected [any]"},
      {"empty", put("metric.0.best_first", {0}, Doubles{}), "at least one finite value"},
      {"ascending max", put("metric.0.best_first", {2}, Doubles{1.0, 2.0}), "best first"},
      {"descending min", put("metric.1.best_first", {2}, Doubles{2.0, 1.0}), "best first"},
      {"NaN", put("metric.0.best_first", {3}, Doubles{3.0, kNan, 1.0}), "finite"},
      {"infinite", put("metric.0.best_first", {3}, Doubles{kInfinity, 2.0, 1.0}), "finite"},
      {"one metric more than the config", put("metric.2.best_first", {1}, Doubles{1.0}),
       "tensor 'metric.2.best_first' does not belong to the model"},
  };
}

std::vector<HostileModel> hostile_tables() {
  using Doubles = std::vector<double>;
  using Ranks = std::vector<std::uint32_t>;
  using Classes = std::vector<std::uint64_t>;
  return {
      {"marginal missing", erase("marginal.3"), "tensor 'marginal.3' is missing"},
      {"marginal of a seventh variable", put("marginal.6", {1}, Doubles{1.0}),
       "tensor 'marginal.6' does not belong"},
      {"marginal too short", put("marginal.0", {2}, Doubles{0.5, 0.5}), "expected [5]"},
      {"marginal sums to two", put("marginal.0", {5}, Doubles{1, 1, 0, 0, 0}),
       "tensor 'marginal.0' must hold shares that sum to one, found the sum 2"},
      {"marginal negative", put("marginal.5", {5}, Doubles{2, -1, 0, 0, 0}), "'marginal.5'"},
      {"marginal NaN", put("marginal.5", {5}, Doubles{1, kNan, 0, 0, 0}), "'marginal.5'"},
      {"no classes", erase("labels.classes"), "tensor 'labels.classes' is missing"},
      {"no ranks", erase("labels.ranks"), "tensor 'labels.ranks' is missing"},
      {"ranks of other rows", put("labels.ranks", {2, 2}, Ranks{1, 1, 1, 1}),
       "tensor 'labels.ranks' has shape [2, 2], expected [3, 2]"},
      {"rank beyond the reference set", put("labels.ranks", {3, 2}, Ranks{1, 1, 1, 3, 1, 1}),
       "holds the rank 3 of 'latency_ms' in row 1, but the metric has 2 reference values"},
      {"no seen classes", erase("seen_classes"), "tensor 'seen_classes' is missing"},
      {"seen classes not sorted", put("seen_classes", {2}, Classes{5, 4}), "ascend strictly"},
      {"seen classes twice", put("seen_classes", {2}, Classes{5, 5}), "ascend strictly"},
      {"unknown tensor", put("extra", {1}, Classes{1}), "tensor 'extra' does not belong"},
  };
}

std::vector<HostileModel> hostile_weights() {
  const auto spoil = [](float value) {
    return [=](SafetensorsFile& file) {
      RawTensor& raw = file.tensors.at("weights.readout.value.bias");
      std::vector<float> values = float_values(raw, "");
      values[7] = value;
      raw = make_tensor(raw.shape, values);
    };
  };
  return {
      {"missing", erase("weights.embed.label"), "tensor 'weights.embed.label' is missing"},
      {"unknown", put("weights.layer.9.x", {1}, std::vector<float>{1.0F}),
       "tensor 'weights.layer.9.x' does not belong"},
      {"wrong shape", put("weights.embed.label", {1, 2}, std::vector<float>{1.0F, 2.0F}),
       "tensor 'weights.embed.label' has shape [1, 2], expected ["},
      {"wrong type", put("weights.embed.label", {1}, std::vector<double>{1.0}),
       "tensor 'weights.embed.label' has type F64, expected F32"},
      {"NaN", spoil(std::numeric_limits<float>::quiet_NaN()), "found nan at position 7"},
      {"infinite", spoil(-std::numeric_limits<float>::infinity()), "found -inf at position 7"},
  };
}

std::vector<HostileModel> hostile_metadata() {
  const auto text = [](const std::string& key, const std::string& value) {
    return [=](SafetensorsFile& file) { file.metadata[key] = value; };
  };
  return {
      {"no config", [](SafetensorsFile& file) { file.metadata.erase("config"); },
       "metadata entry 'config' is missing"},
      {"config is no JSON", text("config", "{"), "metadata entry 'config': invalid JSON"},
      {"config is a list", text("config", "[]"), "metadata entry 'config': the JSON text must be"},
      {"config has a key twice", text("config", R"({"space":"a","space":"b"})"), "occurs twice"},
      {"config is deep", text("config", std::string(100'000, '[')), "nested deeper"},
      {"unknown space", config("/space", "nasbench999"),
       "names 'nasbench999', which this dinas does not know (it knows darts"},
      {"unknown profile", config("/profile", "huge"), "field 'profile'"},
      {"absurd width", config("/denoiser/width", 1 << 30), "field 'denoiser.width'"},
      {"absurd layers", config("/denoiser/layers", 1 << 30), "field 'denoiser.layers'"},
      {"other sizes than the weights", config("/denoiser/width", 4096),
       "tensor 'weights.embed.label' has shape"},
      {"more layers than weights", config("/denoiser/layers", 2), "tensor 'weights.layer.1."},
      {"one metric fewer than tensors", config("/metrics", json::array()),
       "tensor 'labels.ranks' has shape [3, 2], expected [3, 0]"},
  };
}

TEST(HostileModel, IsRefusedWithASentenceThatNamesFileAndField) {
  const TempFolder folder;
  const std::string path = folder.file("evil.dinas");
  save_model(path, small_model());
  const SafetensorsFile valid = read_sealed(path, "dinas-model");
  for (const auto& list :
       {hostile_metrics(), hostile_tables(), hostile_weights(), hostile_metadata()}) {
    for (const HostileModel& hostile : list) {
      SCOPED_TRACE(hostile.what);
      SafetensorsFile file = valid;
      hostile.damage(file);
      write_sealed(path, "dinas-model", file);
      expect_error([&] { load_model(path); }, hostile.phrase);
      expect_error([&] { load_model(path); }, path + ": ");
    }
  }
}

struct BadSeal {
  std::string what;
  std::string key;
  std::string value;  // empty: erase the entry
  std::string phrase;
};

TEST(HostileModel, SealIsChecked) {
  const TempFolder folder;
  const std::string path = folder.file("evil.dinas");
  save_model(path, small_model());
  const SafetensorsFile valid = read_sealed(path, "dinas-model");
  const std::vector<BadSeal> cases = {
      {"foreign safetensors", "format", "", "not a dinas-model file: its metadata has no entry"},
      {"PyTorch's", "format", "pt", "'format' is 'pt', expected 'dinas-model'"},
      {"checkpoint", "format", "dinas-checkpoint", "'format' is 'dinas-checkpoint'"},
      {"no version", "version", "", "metadata entry 'version' is missing"},
      {"oldest", "version", "1", "made by an older dinas (file version 1, this program reads 3)"},
      {"older", "version", "2", "made by an older dinas (file version 2, this program reads 3)"},
      {"newer", "version", "4", "made by a newer dinas (file version 4, this program reads 3)"},
      {"much newer", "version", "99999999999999999999", "made by a newer dinas"},
      {"zero", "version", "0", "not a version number"},
      {"word", "version", "one", "not a version number"},
      {"no checksum", "checksum", "", "metadata entry 'checksum' is missing"},
      {"other checksum", "checksum", "0123456789abcdef", "does not match its checksum"},
      {"foreign entry", "author", "someone", "does not match its checksum"},
  };
  for (const BadSeal& item : cases) {
    SCOPED_TRACE(item.what);
    SafetensorsFile file = valid;
    file.metadata[item.key] = item.value;
    if (item.value.empty()) file.metadata.erase(item.key);
    write_bytes(path, print_safetensors(file));
    expect_error([&] { load_model(path); }, item.phrase);
    expect_error([&] { model_id(path); }, path + ": ");
  }
}

TEST(HostileModel, ForeignFilesAreRefused) {
  const TempFolder folder;
  const std::string path = folder.file("foreign");
  expect_error([&] { load_model(path); }, "cannot read " + path);
  expect_error([&] { load_model(folder.path()); }, "it is a folder");
  for (const std::string& bytes :
       {std::string(), std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16),
        std::string("architecture,accuracy\n"), std::string("PK\x03\x04 a zip archive")}) {
    write_bytes(path, bytes);
    expect_error([&] { load_model(path); }, path + ": not a valid safetensors file");
  }
  write_bytes(path, std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03 a broken gzip", 24));
  expect_error([&] { load_model(path); }, "cannot read " + path);
}

}  // namespace
}  // namespace dinas
