#include "measure/score_meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "score/scores.h"
#include "space/nasbench101_cell.h"

namespace dinas {
namespace {

constexpr std::size_t kKernelImages = 24;  // as the code of DiNAS does for ImageNet
constexpr std::size_t kImages = 128;
constexpr std::size_t kCrops = 3000;

using Inputs = ScoreTask::Inputs;
using Score = double (*)(const ImageNetwork&, const Inputs&, std::uint64_t);

constexpr std::array<std::pair<const char*, Score>, 5> kScores = {{
    {"ntk_condition",
     [](const ImageNetwork& network, const Inputs& inputs, std::uint64_t seed) {
       return ntk_condition(network, inputs.kernel, seed);
     }},
    {"linear_regions",
     [](const ImageNetwork& network, const Inputs& inputs, std::uint64_t seed) {
       return linear_regions(network, inputs.crops, seed);
     }},
    {"naswot", [](const ImageNetwork& network, const Inputs& inputs,
                  std::uint64_t seed) { return naswot(network, inputs.images, seed); }},
    {"synflow", [](const ImageNetwork& network, const Inputs& /*inputs*/,
                   std::uint64_t seed) { return synflow(network, seed); }},
    {"zico", [](const ImageNetwork& network, const Inputs& inputs,
                std::uint64_t seed) { return zico(network, inputs.images, seed); }},
}};

// One channel, a cell a stage, images of 3 x 3 pixels, as far as the spaces have such a network.
Macro thin_network(const Space& space) {
  const bool darts = space.name() == "darts";
  Macro macro{.channels = 1, .cells = 1, .image_size = 3, .image_channels = 1};
  if (space.name() == "nasbench101") macro.channels = kNasBench101Inner;
  if (darts) macro.cells = 14;
  if (darts) macro.image_size = 4;
  macro.stem = false;
  return macro;
}

}  // namespace

const std::vector<std::string>& score_metrics() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& score : kScores) all.emplace_back(score.first);
    return all;
  }();
  return names;
}

ScoreTask::ScoreTask(const Space& space, const Macro& network, const Dataset& dataset,
                     std::uint64_t given_seed)
    : macro(network), thin(thin_network(space)), seed(given_seed) {
  macro.image_channels = dataset.channels;
  macro.classes = thin.classes = dataset.classes;
  for (std::size_t start = 0; start < kStarts; ++start) {
    const std::uint64_t own = kStarts * seed + start;
    inputs[start] = {draw_images(dataset, macro.image_size, kKernelImages, own),
                     draw_images(dataset, macro.image_size, kImages, own),
                     draw_crops(dataset, thin.image_size, kCrops, own)};
  }
}

ScoreMeter::ScoreMeter(std::shared_ptr<const Space> space, std::shared_ptr<const ScoreTask> task,
                       std::string score)
    : space_(std::move(space)), task_(std::move(task)), columns_{std::move(score)} {}

std::vector<double> ScoreMeter::measure(std::span<const std::uint8_t> architecture) const {
  const std::string& name = columns_.front();
  const auto score = std::ranges::find(kScores, name, [](const auto& s) { return s.first; });
  DINAS_CHECK(score != kScores.end());
  const Macro& macro = name == "linear_regions" ? task_->thin : task_->macro;
  const ImageNetwork network = pruned(build_network(*space_, architecture, macro));
  double sum = 0;
  for (std::size_t start = 0; start < ScoreTask::kStarts; ++start) {
    const std::uint64_t seed = ScoreTask::kStarts * task_->seed + start;
    sum += score->second(network, task_->inputs[start], seed);
  }
  if (!std::isfinite(sum)) {
    throw Error(
        fmt::format("{} of this network is {}: its logits do not depend on the image, two "
                    "images look the same to it, or its numbers leave single precision",
                    name, sum));
  }
  return {sum / static_cast<double>(ScoreTask::kStarts)};
}

}  // namespace dinas
