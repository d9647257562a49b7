// What a model is, apart from its weights. Everything here goes into the model file's metadata.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "condition/metric.h"
#include "diffusion/transition.h"

namespace dinas {

enum class Profile { kFast, kPaper };

/// Sizes of the default ("fast") denoiser, a Graph Transformer over the nodes of the skeleton.
struct DenoiserConfig {
  int width = 64;  // features a node; multiple of heads
  int layers = 3;
  int heads = 4;
  int feed_forward = 256;   // inner width of the feed-forward block
  int edge_width = 32;      // features a pair of nodes whose edge is variable; unused without any
  int fourier = 16;         // frequencies of the code of log tau: 2 * fourier features a metric
  int condition = 128;      // width of the condition vector that modulates every layer
  bool time_input = false;  // t / T as an input; needed by marginal and uniform noise
  bool operator==(const DenoiserConfig&) const = default;
};

/// Sizes and switches of the official network (docs/paper.md 3). Defaults are the published ones.
/// B5, B6 and B7 are defects of the official code (docs/paper.md 6).
struct PaperConfig {
  int layers = 5;
  int node_hidden = 256;  // dx before the class embedding of the same width is concatenated
  int edge_hidden = 64;
  int global_hidden = 64;
  int heads = 8;
  int node_feed_forward = 256;    // inner width of the feed-forward blocks and of the input and
  int edge_feed_forward = 128;    // output maps
  int global_feed_forward = 128;  // of the input map alone; the layers' is 2048 (docs/paper.md 3.3)
  bool time_input = false;        // B6 repaired: t/T joins the global input
  bool propagate_global = false;  // B7 repaired: layers receive the updated global vector
  bool official_two_condition_layout = false;  // B5 kept: the transposed sampling condition
  int batch = 4;                               // graphs a training step
  // f: the top share that is class "good"; one for all metrics, or one for each.
  std::vector<double> class_shares{0.05};
  double drop_condition = 0.1;  // probability that a condition is replaced by the null vector
  double node_loss = 1.0;
  double edge_loss = 5.0;
  double dropout = 0.1;
  [[nodiscard]] double class_share(std::size_t metric) const {
    return class_shares.size() == 1 ? class_shares[0] : class_shares.at(metric);
  }
  bool operator==(const PaperConfig&) const = default;
};

/// How the model was trained. `seconds` is 0 for runs without a limit in seconds: such files are
/// the same byte for byte however long they took.
struct TrainingRecord {
  std::uint64_t seed = 0;
  std::uint64_t graphs = 0;        // distinct architectures seen, labelled or not
  std::uint64_t labels = 0;        // architectures whose metrics were used (see TrainingSet)
  std::uint64_t random = 0;        // --random: asked to be drawn from the space for training
  std::uint64_t label_budget = 0;  // --labels; 0: all
  double hide_classes = 0.0;       // share of classes hidden from training
  std::uint64_t steps = 0;
  int batch = 0;
  double seconds = 0.0;
  std::vector<std::string> tables;  // file names, without their folders
  bool operator==(const TrainingRecord&) const = default;
};

struct ModelConfig {
  Profile profile = Profile::kFast;
  std::string space;             // name
  std::string space_definition;  // text of the space file; empty for a built-in space
  Noise noise = Noise::kMask;
  int diffusion_steps = 500;  // T of marginal and uniform noise
  std::vector<MetricSpec> metrics;
  DenoiserConfig denoiser;  // profile fast
  PaperConfig paper;        // profile paper
  TrainingRecord training;
};

/// "fast" | "paper"; throws UsageError.
Profile parse_profile(std::string_view text);
std::string_view profile_name(Profile profile);

/// Sizes are written for the config's own profile only. Never throws; config_from_json(to_json(c))
/// tells whether a config made in memory can be read back, which is worth asking before training.
nlohmann::json to_json(const ModelConfig& config);
/// Throws Error naming the field that is missing, unknown, of the wrong type or out of range.
/// Whether the space exists is for the caller to find out.
ModelConfig config_from_json(const nlohmann::json& json);

}  // namespace dinas
