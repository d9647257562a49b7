// Which instructions the fast engine uses. A choice of the whole process, made once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dinas {

enum class Isa { kBaseline, kAvx2, kAvx512 };  // ascending; baseline is SSE4 or less

/// "baseline" | "avx2" | "avx512"; throws UsageError.
Isa parse_isa(std::string_view text);
std::string_view isa_name(Isa isa);

/// What this processor can do, ascending; baseline is always among them.
std::vector<Isa> available_isas();

/// Lets no engine use more than `isa`, in oneDNN and in the vector kernels. Call before the first
/// engine is made; later calls have no effect on oneDNN and throw Error. Throws UsageError where
/// the processor does not have it.
void limit_isa(Isa isa);

/// The instructions that engines use now.
Isa current_isa();

/// Can matrix products take bfloat16 inputs at full speed now?
bool has_bfloat16();

/// What oneDNN and the vector kernels themselves say that they use, e.g. "avx512_core_bf16, AVX3".
std::string isa_report();

}  // namespace dinas
