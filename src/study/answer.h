// What an evaluator says of one architecture.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "study/study.h"

namespace dinas {

struct Answer {
  MetricValues values;               // those that were wanted
  std::string note;                  // what else is worth remembering
  std::optional<Failure> failure{};  // then there are no values
};

/// Reads what a program printed: the last line that is a JSON object counts, whatever stands before
/// and after it. Every wanted metric must be there as a finite number; other names are left out,
/// with a note.
Answer read_answer(std::string_view output, const std::vector<std::string>& wanted);

}  // namespace dinas
