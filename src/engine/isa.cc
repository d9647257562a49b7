#include "engine/isa.h"

#include <fmt/format.h>
#include <hwy/targets.h>

#include <dnnl.hpp>

#include "base/error.h"
#include "engine/vector_kernels.h"

namespace dinas {
namespace {

constexpr Isa kIsas[] = {Isa::kBaseline, Isa::kAvx2, Isa::kAvx512};

// A better Highway target has a smaller number.
Isa isa_of_target(std::int64_t target) {
  if (target <= HWY_AVX3) return Isa::kAvx512;
  return target <= HWY_AVX2 ? Isa::kAvx2 : Isa::kBaseline;
}

bool processor_has(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::kAvx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (isa == Isa::kAvx512) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  }
#endif
  return isa == Isa::kBaseline;
}

// Whose code an Isa may run; better targets are switched off.
std::int64_t best_target(Isa isa) {
  if (isa == Isa::kAvx2) return HWY_AVX2;
  return isa == Isa::kBaseline ? HWY_SSE4 : 1;
}

dnnl::cpu_isa onednn_limit(Isa isa) {
  if (isa == Isa::kAvx2) return dnnl::cpu_isa::avx2;
  return isa == Isa::kBaseline ? dnnl::cpu_isa::sse41 : dnnl::cpu_isa::all;
}

std::string_view onednn_name(dnnl::cpu_isa isa) {
  switch (isa) {
    case dnnl::cpu_isa::sse41:
      return "sse41";
    case dnnl::cpu_isa::avx:
      return "avx";
    case dnnl::cpu_isa::avx2:
      return "avx2";
    case dnnl::cpu_isa::avx512_core:
      return "avx512_core";
    case dnnl::cpu_isa::avx512_core_vnni:
      return "avx512_core_vnni";
    case dnnl::cpu_isa::avx512_core_bf16:
      return "avx512_core_bf16";
    case dnnl::cpu_isa::avx512_core_amx:
      return "avx512_core_amx";
    default:
      return "other";
  }
}

}  // namespace

Isa parse_isa(std::string_view text) {
  for (const Isa isa : kIsas) {
    if (text == isa_name(isa)) return isa;
  }
  throw UsageError(
      fmt::format("unknown instruction set '{}': expected baseline, avx2 or avx512", text));
}

std::string_view isa_name(Isa isa) {
  constexpr std::string_view kNames[] = {"baseline", "avx2", "avx512"};
  return kNames[static_cast<std::size_t>(isa)];
}

std::vector<Isa> available_isas() {
  std::vector<Isa> result;
  for (const Isa isa : kIsas) {
    if (processor_has(isa)) result.push_back(isa);
  }
  return result;
}

void limit_isa(Isa isa) {
  if (!processor_has(isa)) {
    throw UsageError(
        fmt::format("instruction set {} was asked for, but this processor has {} at most",
                    isa_name(isa), isa_name(available_isas().back())));
  }
  if (dnnl::set_max_cpu_isa(onednn_limit(isa)) != dnnl::status::success) {
    throw Error("the instruction set can be limited before the first matrix product only");
  }
  hwy::DisableTargets(best_target(isa) - 1);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

Isa current_isa() { return isa_of_target(vector_target()); }

bool has_bfloat16() {
  const auto isa = dnnl::get_effective_cpu_isa();
  return isa == dnnl::cpu_isa::avx512_core_bf16 || isa == dnnl::cpu_isa::avx512_core_amx;
}

std::string isa_report() {
  return fmt::format("oneDNN {}, Highway {}", onednn_name(dnnl::get_effective_cpu_isa()),
                     hwy::TargetName(vector_target()));
}

}  // namespace dinas
