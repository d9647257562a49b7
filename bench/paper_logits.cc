// What our paper profile computes for random graphs, for bench/baseline_pytorch.py --check to
// compare with.
//
//   paper_logits --model paper.dinas > logits.json
//
// One JSON object: "graphs", each with its "state" (values of paper_skeleton's variables: labels of
// the nodes, then edges of the pairs above the diagonal), the "call" of the full sampling chain
// that sees it, "good" and "null" (the logits of all values, variable by variable, when every
// metric is asked to be good, and when none is) and "law" (of the next values, under the guidance
// of the paper).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "model/model_check.h"
#include "sample/chain.h"
#include "torch/paper_denoiser.h"
#include "torch/paper_graph.h"

namespace dinas {
namespace {

class Recorder {
 public:
  explicit Recorder(const Model& model)
      : space_(space_of(model.config)),
        skeleton_(paper_skeleton(space_->skeleton())),
        denoiser_(make_paper_denoiser(model, space_->skeleton())),
        worker_(denoiser_->make_worker()),
        chain_(skeleton_, process(model), Condition(model.metrics.size(), 0.0F),
               model.config.diffusion_steps, {}) {}

  // Values are uniform, so that labels and edges occur which training never showed.
  [[nodiscard]] nlohmann::json graph(std::uint64_t seed, std::uint32_t item) {
    RandomStream stream(seed, Purpose::kCheck, item);
    const int call = 1 + static_cast<int>(stream.below(static_cast<std::uint32_t>(chain_.calls())));
    std::vector<std::uint8_t> state;
    for (const Variable& v : skeleton_.variables) {
      const auto values = static_cast<std::uint32_t>(v.size());
      state.push_back(static_cast<std::uint8_t>(stream.below(values)));
    }
    const std::vector<double> good = predict(state, chain_.conditions(call)[0]);
    const std::vector<double> null = predict(state, chain_.conditions(call)[1]);
    std::vector<double> law;
    std::size_t first = 0;
    for (std::size_t v = 0; v < state.size(); ++v) {
      const auto values = static_cast<std::size_t>(skeleton_.variables[v].size());
      const std::vector<std::vector<double>> logits = {part(good, first, values),
                                                       part(null, first, values)};
      const std::vector<double> next = chain_.next_value(call, v, state[v], logits);
      law.insert(law.end(), next.begin(), next.end());
      first += values;
    }
    return {{"state", state}, {"call", call}, {"good", good}, {"null", null}, {"law", law}};
  }

 private:
  [[nodiscard]] ReverseProcess process(const Model& model) const {
    return {.noise = Noise::kMarginal,
            .schedule = Schedule(model.config.diffusion_steps),
            .marginals = paper_marginals(space_->skeleton(), model.marginals)};
  }

  static std::vector<double> part(const std::vector<double>& all, std::size_t first,
                                  std::size_t count) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
  }

  [[nodiscard]] std::vector<double> predict(const std::vector<std::uint8_t>& state,
                                            const Condition& condition) {
    const std::uint32_t first = 0;
    std::vector<double> logits(static_cast<std::size_t>(skeleton_.total_values()));
    worker_->predict(
        {.graphs = 1, .states = state, .condition = {&first, 1}, .conditions = {&condition, 1}},
        logits);
    return logits;
  }

  std::shared_ptr<const Space> space_;
  Skeleton skeleton_;
  std::unique_ptr<Denoiser> denoiser_;
  std::unique_ptr<DenoiserWorker> worker_;
  ReverseChain chain_;
};

void record(const std::string& path, std::uint32_t graphs, std::uint64_t seed) {
  const Model model = load_model(path);
  if (model.config.profile != Profile::kPaper) {
    throw UsageError(path + ": expected a model of the paper profile, found the fast one");
  }
  Recorder recorder(model);
  nlohmann::json all = nlohmann::json::array();
  for (std::uint32_t g = 0; g < graphs; ++g) all.push_back(recorder.graph(seed, g));
  fmt::print("{}\n", nlohmann::json{{"graphs", all}}.dump());
}

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  CLI::App app("Logits and reverse laws of a paper-profile model for random graphs, as JSON");
  std::string model;
  std::uint32_t graphs = 16;
  std::uint64_t seed = 0;
  app.add_option("--model", model, "trained with --profile paper")->required();
  app.add_option("--graphs", graphs, "how many")->check(CLI::Range(1, 10000));
  app.add_option("--seed", seed, "of the graphs");
  CLI11_PARSE(app, argc, argv);
  try {
    dinas::record(model, graphs, seed);
  } catch (const dinas::Error& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
  return 0;
}
