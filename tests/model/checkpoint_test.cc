#include "model/checkpoint.h"

#include <limits>

#include "base/file.h"
#include "model/sealed_file.h"
#include "model/support.h"
#include "support/temp.h"

namespace dinas {
namespace {

Checkpoint small_checkpoint() {
  Checkpoint checkpoint;
  checkpoint.options_json = R"({"batch":256,"seed":0})";
  checkpoint.step = 9007199254740993U;  // 2^53 + 1: not a double
  checkpoint.elapsed_seconds = 0.1;
  checkpoint.state["ema.embed.label"] = {{2, 2}, {1.0F, -0.0F, 1e-45F, 3e38F}};
  checkpoint.state["moment.embed.label"] = {{}, {0.5F}};
  return checkpoint;
}

TEST(CheckpointFile, RoundTripsAndIsTheSameByteForByte) {
  const TempFolder folder;
  const Checkpoint checkpoint = small_checkpoint();
  save_checkpoint(folder.file("a"), checkpoint);
  const Checkpoint again = load_checkpoint(folder.file("a"));
  EXPECT_EQ(again.options_json, checkpoint.options_json);
  EXPECT_EQ(again.step, checkpoint.step);
  EXPECT_EQ(again.elapsed_seconds, checkpoint.elapsed_seconds);
  ASSERT_EQ(again.state.size(), 2U);
  for (const auto& [name, tensor] : checkpoint.state) {
    EXPECT_EQ(again.state.at(name).shape, tensor.shape);
    EXPECT_EQ(again.state.at(name).data, tensor.data);
  }
  save_checkpoint(folder.file("b"), again);
  EXPECT_EQ(read_file(folder.file("a")), read_file(folder.file("b")));
}

TEST(CheckpointFile, EveryTruncationAndEveryFlippedBitIsAnError) {
  const TempFolder folder;
  const std::string path = folder.file("a");
  save_checkpoint(path, small_checkpoint());
  const std::string bytes = read_file(path);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    write_bytes(path, bytes.substr(0, at));
    EXPECT_THROW(load_checkpoint(path), Error) << "cut to " << at << " bytes";
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << bit));
      write_bytes(path, flipped);
      EXPECT_THROW(load_checkpoint(path), Error) << "byte " << at << ", bit " << bit;
    }
  }
}

TEST(CheckpointFile, ModelAndCheckpointAreNotMistakenForEachOther) {
  const TempFolder folder;
  save_checkpoint(folder.file("a"), small_checkpoint());
  save_model(folder.file("b"), small_model());
  expect_error([&] { load_model(folder.file("a")); }, "'dinas-checkpoint', expected 'dinas-model'");
  expect_error([&] { load_checkpoint(folder.file("b")); }, "expected 'dinas-checkpoint'");
}

TEST(CheckpointFile, RefusesARunThatDiverged) {
  const TempFolder folder;
  const std::string path = folder.file("a");
  Checkpoint checkpoint = small_checkpoint();
  checkpoint.state["ema.embed.label"].data[2] = std::numeric_limits<float>::infinity();
  expect_error([&] { save_checkpoint(path, checkpoint); }, "tensor 'ema.embed.label'");
  EXPECT_FALSE(std::filesystem::exists(path));
}

struct HostileCheckpoint {
  std::string progress;
  std::string phrase;
};

TEST(CheckpointFile, HostileContentIsNamed) {
  const TempFolder folder;
  const std::string path = folder.file("a");
  save_checkpoint(path, small_checkpoint());
  const SafetensorsFile valid = read_sealed(path, "dinas-checkpoint");
  const std::vector<HostileCheckpoint> cases = {
      {"", "invalid JSON"},
      {R"({"elapsed_seconds":1.0})", "field 'step' is missing"},
      {R"({"step":-1,"elapsed_seconds":1.0})", "field 'step'"},
      {R"({"step":1,"elapsed_seconds":-1.0})", "'elapsed_seconds'"},
      {R"({"step":1,"elapsed_seconds":1.0,"x":1})", "field 'x'"},
  };
  for (const HostileCheckpoint& hostile : cases) {
    SCOPED_TRACE(hostile.progress);
    SafetensorsFile file = valid;
    file.metadata["progress"] = hostile.progress;
    write_sealed(path, "dinas-checkpoint", file);
    expect_error([&] { load_checkpoint(path); }, hostile.phrase);
  }
  SafetensorsFile file = valid;
  file.tensors["x"] = make_tensor({1}, std::vector<double>{1.0});
  write_sealed(path, "dinas-checkpoint", file);
  expect_error([&] { load_checkpoint(path); }, path + ": tensor 'x' has type F64, expected F32");
  file = valid;
  file.metadata.erase("options");
  write_sealed(path, "dinas-checkpoint", file);
  expect_error([&] { load_checkpoint(path); }, "metadata entry 'options' is missing");
}

}  // namespace
}  // namespace dinas
