#include "search/dinas_search.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "baseline/candidates.h"
#include "baseline/predictor.h"
#include "search/draws.h"
#include "space/draw.h"

namespace dinas {
namespace {

constexpr std::size_t kRandom = 500;     // candidates drawn anew every time
constexpr std::size_t kOffspring = 500;  // of the best results
constexpr std::size_t kParents = 20;
constexpr std::size_t kCentres = 10;   // whose neighbours are candidates
constexpr std::size_t kDrawn = 1000;   // of the generator
constexpr std::size_t kFromModel = 5;  // of the beginning

// What is ranked where nothing can be listed.
class Candidates {
 public:
  Candidates(const SearchTask& task, std::vector<Architecture> drawn)
      : task_(task), drawn_(std::move(drawn)) {}

  std::vector<Architecture> operator()(const History& history, const HistoryIndex& index,
                                       RandomStream& stream) const {
    const Skeleton& skeleton = task_.space->skeleton();
    Proposal found(task_, index, kMost);
    for (const Architecture& a : drawn_) found.offer(a);
    for (std::size_t i = 0; i < kRandom; ++i) found.offer(random_architecture(skeleton, stream));
    const auto best = best_results(task_, history, kParents, stream);
    for (std::size_t b = 0; b < std::min(best.size(), kCentres); ++b) {
      for (const Architecture& a : neighbours(skeleton, history[best[b]].architecture)) {
        found.offer(a);
      }
    }
    const auto parent = [&]() -> const Architecture& {
      return history[best[stream.below(static_cast<std::uint32_t>(best.size()))]].architecture;
    };
    for (std::size_t i = 0; i < kOffspring && !best.empty(); ++i) {
      const Architecture& mother = parent();
      Architecture child = crossed(skeleton, mother, parent(), stream);
      if (stream.below(2) == 0) child = mutated(skeleton, child, stream);
      found.offer(child);
    }
    return found.take();
  }

 private:
  static constexpr std::size_t kMost = 1'000'000;  // no limit of its own
  SearchTask task_;
  std::vector<Architecture> drawn_;
};

}  // namespace

std::unique_ptr<SearchMethod> make_dinas_search(const SearchTask& task, const Model* model,
                                                std::uint64_t seed) {
  std::vector<Architecture> drawn;
  if (model != nullptr) drawn = draw_from_model(*model, task, kDrawn, seed);
  PredictorOptions options = eager_predictor();
  options.name = "dinas";
  // More optimism spends evaluations beside the front.
  if (task.objectives > 1) options.surrogate.optimism = {1.0};
  const std::size_t first = std::min(drawn.size(), kFromModel);
  options.first.assign(drawn.begin(), drawn.begin() + static_cast<std::ptrdiff_t>(first));
  options.source = Candidates(task, std::move(drawn));
  return make_predictor(task, std::move(options), seed);
}

}  // namespace dinas
