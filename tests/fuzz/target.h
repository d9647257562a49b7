// A fuzz target is a source that defines fuzz_one. Its main program is libFuzzer's (libfuzzer.cc)
// or runs files (replay.cc).
#pragma once

#include <string_view>

namespace dinas {

/// Feeds one input to the code under test. An exception that leaves it is a defect, as is whatever
/// a sanitizer reports; Error and UsageError count as defects too, unless the target catches them.
void fuzz_one(std::string_view input);

}  // namespace dinas
