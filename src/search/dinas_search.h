// The search method "dinas".
#pragma once

#include <cstdint>
#include <memory>

#include "baseline/method.h"
#include "model/model.h"

namespace dinas {

/// Begins with 10 architectures, from then on the most promising one after every result, by
/// Gaussian processes that compare values and graphs (docs/search.md says what paid). Ranks the
/// task's pool; where there is none, random architectures, neighbours and offspring of the best
/// results, and 1,000 draws of `model`. A model also gives half of the beginning. The task is
/// copied; `model` may be null, it is not kept. Throws UsageError for a model that does not fit
/// (draw_from_model).
std::unique_ptr<SearchMethod> make_dinas_search(const SearchTask& task, const Model* model,
                                                std::uint64_t seed);

}  // namespace dinas
