// What `dinas bench` measures.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/fast.h"
#include "model/config.h"
#include "sample/sampler.h"

namespace dinas {

enum class EngineKind { kFast, kReference, kTorch };
std::string_view engine_name(EngineKind engine);

/// One measurement: a batch of architectures drawn again and again.
struct BenchCase {
  EngineKind engine = EngineKind::kFast;
  std::size_t batch = 1024;
  int threads = 1;
  bool guided = true;
  Precision precision = Precision::kFloat32;
  bool tight = true;  // under the user's bounds, or under bounds that everything keeps
  int steps = 0;
  EngineSavings engine_savings{};
  SampleSavings sample_savings{};
  std::string without{};  // the saving that is switched off; empty: none
};

/// Everything: batch sizes, threads, precisions, guided or not, tight and loose bounds; states not
/// shared; step rules; every saving switched off by itself; and the slow engines. `most_steps`: of
/// the model (its variables under mask noise, T otherwise).
std::vector<BenchCase> bench_cases(int threads, const ModelConfig& config, int most_steps,
                                   bool bfloat16, bool torch);

}  // namespace dinas
