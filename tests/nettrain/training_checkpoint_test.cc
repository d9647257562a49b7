#include "nettrain/training_checkpoint.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "model/checkpoint.h"
#include "support/temp.h"

namespace dinas {
namespace {

TrainingCheckpoint example() {
  return {R"({"seed":1})", {{1.F, .1F}, {-2.F, 3.F}, {.5F}, 12, .1, 1.0 / 3, 1'234'567'890'123U}};
}

TEST(NetworkCheckpoint, ReadsBackExactly) {
  const TempFolder folder;
  const std::string file = folder.file("a");
  save_training_checkpoint(file, example());
  const TrainingCheckpoint found = load_training_checkpoint(file), expected = example();
  EXPECT_EQ(found.settings, expected.settings);
  EXPECT_EQ(found.state.parameters, expected.state.parameters);
  EXPECT_EQ(found.state.velocity, expected.state.velocity);
  EXPECT_EQ(found.state.statistics, expected.state.statistics);
  EXPECT_EQ(found.state.step, expected.state.step);
  EXPECT_EQ(found.state.loss_sum, expected.state.loss_sum);
  EXPECT_EQ(found.state.epoch_loss, expected.state.epoch_loss);
  EXPECT_EQ(found.state.position, expected.state.position);
  save_training_checkpoint(folder.file("b"), found);
  EXPECT_EQ(read_file(file), read_file(folder.file("b")));
}

std::string problem_of(const std::string& file) {
  try {
    load_training_checkpoint(file);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(NetworkCheckpoint, OtherFilesAreRefusedByName) {
  const TempFolder folder;
  const std::string file = folder.file("a");
  save_training_checkpoint(file, example());
  std::string bytes = read_file(file);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  write_file(folder.file("altered"), bytes);
  EXPECT_NE(problem_of(folder.file("altered")).find("altered or damaged"), std::string::npos);
  write_file(folder.file("short"), bytes.substr(0, bytes.size() - 4));
  EXPECT_NE(problem_of(folder.file("short")).find(folder.file("short")), std::string::npos);
  Checkpoint other;
  other.options_json = "{}";
  save_checkpoint(folder.file("other"), other);
  EXPECT_NE(problem_of(folder.file("other")).find("not a dinas-network-checkpoint"),
            std::string::npos);
}

}  // namespace
}  // namespace dinas
