#include "search/methods.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "baseline/bananas.h"
#include "baseline/evolution.h"
#include "baseline/local_search.h"
#include "baseline/nsga2.h"
#include "baseline/predictor.h"
#include "baseline/random_search.h"
#include "search/dinas_search.h"

namespace dinas {

std::vector<std::string> search_method_names() {
  return {"dinas", "random", "evolution", "local", "predictor", "bananas", "nsga2"};
}

std::unique_ptr<SearchMethod> make_search_method(std::string_view name, const SearchTask& task,
                                                 std::uint64_t seed, const Model* model) {
  if (name == "dinas") return make_dinas_search(task, model, seed);
  if (model != nullptr) {
    throw UsageError(fmt::format("method '{}' cannot start from a model: leave it out", name));
  }
  if (name == "random") return make_random_search(task, seed);
  if (name == "evolution") return make_evolution(task, EvolutionOptions{}, seed);
  if (name == "local") return make_local_search(task, seed);
  if (name == "predictor") return make_predictor(task, pinned_predictor(), seed);
  if (name == "bananas") return make_bananas(task, seed);
  if (name == "nsga2") return make_nsga2(task, seed);
  throw UsageError(fmt::format("unknown search method '{}': expected one of {}", name,
                               fmt::join(search_method_names(), ", ")));
}

}  // namespace dinas
