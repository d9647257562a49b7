#include "torch/paper_denoiser.h"

#include <omp.h>

#include <algorithm>
#include <string>
#include <unordered_map>

#include "torch/paper_classes.h"
#include "torch/paper_graph.h"
#include "torch/paper_network.h"

namespace dinas {
namespace {

// Rows of every forward; missing ones are filled up.
constexpr std::size_t kTile = 16;

class PaperDenoiser : public Denoiser {
 public:
  PaperDenoiser(const Model& model, const Skeleton& skeleton)
      : config(model.config.paper),
        space(skeleton),
        paper(paper_skeleton(skeleton)),
        tensors(paper_tensors(model.weights)) {}

  [[nodiscard]] std::unique_ptr<DenoiserWorker> make_worker() const override;

  const PaperConfig config;
  const Skeleton space;
  const Skeleton paper;
  const ParameterTensors tensors;
};

class PaperWorker : public DenoiserWorker {
 public:
  explicit PaperWorker(const PaperDenoiser& denoiser)
      : denoiser_(denoiser),
        variables_(denoiser.paper.variables.size()),
        width_(static_cast<std::size_t>(denoiser.paper.total_values())) {}

  void predict(const NoisyBatch& batch, std::span<double> logits) override {
    const torch::NoGradGuard no_gradient;
    omp_set_num_threads(1);  // an OpenMP setting of this thread: workers are the parallelism
    encode_conditions(batch);
    std::unordered_map<std::string, std::vector<double>> known;
    std::vector<std::string> unknown;
    for (std::size_t g = 0; g < batch.graphs; ++g) {
      std::string key = key_of(batch, g);
      const auto found = denoiser_.config.time_input ? known_.end() : known_.find(key);
      const bool is_new = known.try_emplace(key).second;
      if (!is_new) continue;
      if (found == known_.end()) {
        unknown.push_back(std::move(key));
      } else {
        known[key] = std::move(found->second);
      }
    }
    for (std::size_t first = 0; first < unknown.size(); first += kTile) {
      const std::size_t rows = std::min(kTile, unknown.size() - first);
      forward(std::span(unknown).subspan(first, rows), batch.time, known);
    }
    for (std::size_t g = 0; g < batch.graphs; ++g) {
      std::ranges::copy(known.at(key_of(batch, g)), logits.begin() + offset(g * width_));
    }
    known_ = std::move(known);
  }

 private:
  static std::ptrdiff_t offset(std::size_t position) {
    return static_cast<std::ptrdiff_t>(position);
  }

  void encode_conditions(const NoisyBatch& batch) {
    codes_.clear();
    for (const Condition& condition : batch.conditions) {
      codes_.push_back(class_codes(requested_classes(condition),
                                   denoiser_.config.official_two_condition_layout));
    }
  }

  // A row is its state and its class codes.
  std::string key_of(const NoisyBatch& batch, std::size_t g) const {
    const std::uint8_t* state = batch.states.data() + g * variables_;
    std::string key(state, state + variables_);
    for (const float code : codes_[batch.condition[g]]) key.push_back(code == 0.0F ? '0' : '1');
    return key;
  }

  // Writes the logits of up to kTile rows to `known`.
  void forward(std::span<const std::string> keys, double time,
               std::unordered_map<std::string, std::vector<double>>& known) const {
    std::vector<std::uint8_t> states;
    std::vector<float> codes;
    for (std::size_t row = 0; row < kTile; ++row) {
      const std::string& key = keys[std::min(row, keys.size() - 1)];
      states.insert(states.end(), key.begin(), key.begin() + offset(variables_));
      for (std::size_t c = variables_; c < key.size(); ++c) codes.push_back(key[c] == '0' ? 0 : 1);
    }
    const std::vector<double> times(kTile, time);
    const PaperInput input = paper_input(denoiser_.config, denoiser_.space, states, codes, times);
    const PaperLogits out = paper_forward(denoiser_.config, denoiser_.tensors, input);
    for (std::size_t row = 0; row < keys.size(); ++row) {
      known[keys[row]] = logits_of(out, static_cast<std::int64_t>(row));
    }
  }

  // Nodes, then the pairs above the diagonal. [width_]
  [[nodiscard]] std::vector<double> logits_of(const PaperLogits& out, std::int64_t row) const {
    const auto nodes = out.nodes.accessor<float, 3>()[row];
    const auto pairs = out.pairs.accessor<float, 4>()[row];
    std::vector<double> logits;
    logits.reserve(width_);
    for (std::int64_t i = 0; i < nodes.size(0); ++i) {
      for (std::int64_t k = 0; k < nodes.size(1); ++k) logits.push_back(nodes[i][k]);
    }
    for (std::int64_t i = 0; i < nodes.size(0); ++i) {
      for (std::int64_t j = i + 1; j < nodes.size(0); ++j) {
        logits.push_back(pairs[i][j][0]);
        logits.push_back(pairs[i][j][1]);
      }
    }
    return logits;
  }

  const PaperDenoiser& denoiser_;
  std::size_t variables_;
  std::size_t width_;
  std::vector<std::vector<float>> codes_;                       // [conditions] of the current call
  std::unordered_map<std::string, std::vector<double>> known_;  // logits of the previous call
};

std::unique_ptr<DenoiserWorker> PaperDenoiser::make_worker() const {
  return std::make_unique<PaperWorker>(*this);
}

}  // namespace

std::unique_ptr<Denoiser> make_paper_denoiser(const Model& model, const Skeleton& skeleton) {
  return std::make_unique<PaperDenoiser>(model, skeleton);
}

}  // namespace dinas
