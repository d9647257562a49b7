// What all that computes with oneDNN shares; for .cc files and the headers that only they include.
#pragma once

#include <dnnl.hpp>
#include <span>

namespace dinas::onednn {

inline const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

/// Memory of the caller's, whose place is told before every run.
inline dnnl::memory borrowed(const dnnl::memory::desc& form) {
  return {form, cpu(), DNNL_MEMORY_NONE};
}

/// The C++ interface would allocate a list of arguments in every run.
inline void run(const dnnl::primitive& primitive, const dnnl::stream& stream,
                std::span<const dnnl_exec_arg_t> arguments) {
  dnnl::error::wrap_c_api(
      dnnl_primitive_execute(primitive.get(), stream.get(), static_cast<int>(arguments.size()),
                             arguments.data()),
      "could not run a call of oneDNN");
}

}  // namespace dinas::onednn
