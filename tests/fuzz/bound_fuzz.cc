// Bounds as the user writes them.
#include <cmath>

#include "base/error.h"
#include "condition/bound.h"
#include "fuzz/target.h"

void dinas::fuzz_one(std::string_view input) {
  try {
    const BoundRequest request = parse_bound(input);
    DINAS_CHECK(!request.metric.empty() && request.text == input && std::isfinite(request.value));
    DINAS_CHECK(request.form != BoundRequest::Form::kTop ||
                (request.value > 0.0 && request.value <= 1.0));
  } catch (const UsageError&) {
  }
}
