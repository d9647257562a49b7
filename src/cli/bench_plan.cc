#include "cli/bench_plan.h"

#include <array>

namespace dinas {
namespace {

void add_batches(const BenchCase& base, std::vector<BenchCase>& cases) {
  for (const std::size_t batch : {1U, 64U, 1024U, 16384U}) {
    for (const bool guided : {true, false}) {
      for (const bool tight : {true, false}) {
        cases.push_back(base);
        cases.back().batch = batch;
        cases.back().guided = guided;
        cases.back().tight = tight;
      }
    }
  }
}

// The base case, and what it costs to do without each saving.
void add_savings(const BenchCase& base, const ModelConfig& config, std::vector<BenchCase>& cases) {
  const auto without = [&](std::string name) -> BenchCase& {
    cases.push_back(base);
    cases.back().without = std::move(name);
    return cases.back();
  };
  for (const bool tight : {true, false}) {
    BenchCase& equal = without("equal states");
    equal.sample_savings.equal_states = false;
    equal.tight = tight;
  }
  without("guided pairs in one batch").sample_savings.pair_conditions = false;
  if (config.noise != Noise::kMask && !config.denoiser.time_input) {
    without("unchanged graphs").sample_savings.unchanged_graphs = false;
  }
  without("folded constants").engine_savings.fold_constants = false;
  without("shared modulations").engine_savings.share_modulations = false;
  without("first layer's table").engine_savings.first_layer_table = false;
  without("last layer where read").engine_savings.last_layer_where_read = false;
  // All of them: every graph of every call is one whole forward.
  BenchCase& none = without("any");
  none.sample_savings = {false, false, false};
  none.engine_savings = {true, true, false, false};
}

void add_steps(const BenchCase& base, bool masks, int most, std::vector<BenchCase>& cases) {
  const std::vector<int> counts =
      masks ? std::vector{1, 2, 3, 6, 12, 24, 48, 96} : std::vector{10, 20, 50, 100, 250, 500};
  for (const int steps : counts) {
    if (steps >= most) break;
    cases.push_back(base);
    cases.back().steps = steps;
  }
  cases.push_back(base);
  cases.back().steps = most;
}

}  // namespace

std::string_view engine_name(EngineKind engine) {
  constexpr std::array<std::string_view, 3> kNames{"fast", "reference", "torch"};
  return kNames[static_cast<std::size_t>(engine)];
}

std::vector<BenchCase> bench_cases(int threads, const ModelConfig& config, int most_steps,
                                   bool bfloat16, bool torch) {
  std::vector<BenchCase> cases;
  BenchCase base;
  for (const auto precision : {Precision::kFloat32, Precision::kBfloat16}) {
    if (precision == Precision::kBfloat16 && !bfloat16) break;
    base.precision = precision;
    for (int used = 1; used <= threads; used = used == 1 && threads > 1 ? threads : threads + 1) {
      base.threads = used;
      add_batches(base, cases);
    }
  }
  base = BenchCase{};
  base.threads = threads;
  add_savings(base, config, cases);
  add_steps(base, config.noise == Noise::kMask, most_steps, cases);
  for (const auto engine : {EngineKind::kReference, EngineKind::kTorch}) {
    if (engine == EngineKind::kTorch && !torch) break;
    BenchCase slow = base;
    slow.engine = engine;
    for (const bool shared : {true, false}) {
      slow.sample_savings.equal_states = shared;
      slow.without = shared ? "" : "equal states";
      cases.push_back(slow);
    }
  }
  return cases;
}

}  // namespace dinas
