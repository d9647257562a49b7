// What libtorch finds on this machine.
#pragma once

#include <string>

namespace dinas {

/// What libtorch computes with on this machine.
struct BackendReport {
  std::string description;  // BLAS, threads, instruction set
  std::string warning;      // empty unless the BLAS is the slow reference one
};
BackendReport describe_backend(int threads);

}  // namespace dinas
