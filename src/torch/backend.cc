#include "torch/backend.h"

#include <ATen/Version.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <torch/version.h>

namespace dinas {
namespace {

// OpenBLAS names its kernels; the reference BLAS has no such function.
std::string blas_core() {
  using CoreName = char* (*)();
  void* symbol = dlsym(RTLD_DEFAULT, "openblas_get_corename");
  return symbol == nullptr ? "" : reinterpret_cast<CoreName>(symbol)();
}

// libtorch 1.13 and 2.x tell the kernels in use only in this text.
std::string instruction_set() {
  const std::string config = at::show_config();
  const std::string key = "CPU capability usage: ";
  const auto start = config.find(key);
  if (start == std::string::npos) return "instruction set unknown";
  return config.substr(start + key.size(), config.find('\n', start) - start - key.size());
}

}  // namespace

BackendReport describe_backend(int threads) {
  const std::string core = blas_core();
  BackendReport report;
  report.description = fmt::format("libtorch {}, BLAS {}, {} thread{}, {}", TORCH_VERSION,
                                   core.empty() ? "reference (netlib)" : "OpenBLAS " + core,
                                   threads, threads == 1 ? "" : "s", instruction_set());
  if (core.empty()) {
    report.warning =
        "the reference BLAS is in use, which is about 30 times slower: install libopenblas0-openmp";
  }
  return report;
}

}  // namespace dinas
