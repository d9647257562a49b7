#include "baseline/local_search.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "baseline/candidates.h"
#include "baseline/worth.h"

namespace dinas {
namespace {

constexpr std::size_t kStarts = 10;

/// Where the walk over a history stands.
struct Walk {
  std::size_t read = 0;                // observations taken in
  std::optional<std::size_t> current;  // observation whose neighbours are looked at
  std::vector<Architecture> around;    // they, in their random order
  std::size_t next = 0;                // of them, the first not looked at
  std::uint32_t starts = 0;
};

class LocalSearch : public SearchMethod {
 public:
  LocalSearch(const SearchTask& task, std::uint64_t seed) : task_(task), seed_(seed) {}

  [[nodiscard]] std::string_view name() const override { return "local"; }

  std::vector<Architecture> propose(const History& history, std::size_t count) override {
    index_.update(history);
    Walk walk = replay(history);
    RandomStream stream = search_stream(seed_, history);
    Proposal proposal(task_, index_, count);
    proposal.begin(history, seed_, kStarts);
    if (walk.current) {
      for (std::size_t i = walk.next; i < walk.around.size(); ++i) proposal.offer(walk.around[i]);
    }
    proposal.fill(stream);
    return proposal.take();
  }

 private:
  /// The walk over the whole history. What lies before its first pending observation never changes
  /// and is walked over only once.
  Walk replay(const History& history) {
    const bool grown =
        settled_.read <= history.size() &&
        std::equal(walked_.begin(), walked_.end(), history.begin(),
                   [](const Architecture& a, const Observation& o) { return a == o.architecture; });
    if (!grown) {
      settled_ = Walk{};
      walked_.clear();
    }
    while (settled_.read < history.size() &&
           history[settled_.read].state != Observation::State::kPending) {
      walked_.push_back(history[settled_.read].architecture);
      step(history, settled_);
    }
    Walk walk = settled_;
    while (walk.read < history.size()) step(history, walk);
    return walk;
  }

  void step(const History& history, Walk& walk) const {
    const std::size_t i = walk.read++;
    if (walk.read == kStarts) {
      start(history, best_of(history, walk, 0), walk);
    } else if (walk.read > kStarts && !walk.current) {
      start(history, best_of(history, walk, i), walk);
    }
    climb(history, walk);
  }

  void start(const History& history, std::optional<std::size_t> from, Walk& walk) const {
    if (!from) return;
    ++walk.starts;
    stand(history, *from, walk);
  }

  /// The best result from observation `first` on.
  [[nodiscard]] std::optional<std::size_t> best_of(const History& history, const Walk& walk,
                                                   std::size_t first) const {
    std::optional<std::size_t> best;
    for (std::size_t i = first; i < walk.read; ++i) {
      if (is_result(task_, history[i]) && (!best || improves(history, walk, i, *best))) best = i;
    }
    return best;
  }

  void stand(const History& history, std::size_t at, Walk& walk) const {
    const Architecture& centre = history[at].architecture;
    walk.current = at;
    walk.around = neighbours(task_.space->skeleton(), centre);
    const std::uint64_t place = hash_bytes(HistoryIndex::key(centre));
    RandomStream order(hash_numbers({seed_, place}), Purpose::kSearch);
    shuffle(walk.around, order);
    walk.next = 0;
  }

  /// As far as what is known leads.
  void climb(const History& history, Walk& walk) const {
    while (walk.current) {
      if (walk.next == walk.around.size()) {
        walk.current.reset();
        return;
      }
      const Architecture& next = walk.around[walk.next];
      const std::size_t place = index_.find(next);
      const bool known = place < walk.read;
      if (!known && may_ask(task_, next)) return;
      ++walk.next;
      if (known && is_result(task_, history[place]) &&
          improves(history, walk, place, *walk.current)) {
        stand(history, place, walk);
      }
    }
  }

  [[nodiscard]] bool improves(const History& history, const Walk& walk, std::size_t a,
                              std::size_t b) const {
    RandomStream weights(hash_numbers({seed_, walk.starts}), Purpose::kSearch);
    if (task_.objectives == 1) {
      const auto worth = scores(task_, std::array{history[a], history[b]}, weights);
      return better(*worth[0], *worth[1]);
    }
    // Their scale is what the walk has seen.
    const auto worth = scores(task_, {history.data(), walk.read}, weights);
    return better(*worth[a], *worth[b]);
  }

  SearchTask task_;
  std::uint64_t seed_;
  HistoryIndex index_;
  Walk settled_;
  std::vector<Architecture> walked_;  // the observations settled_ has read
};

}  // namespace

std::unique_ptr<SearchMethod> make_local_search(const SearchTask& task, std::uint64_t seed) {
  return std::make_unique<LocalSearch>(task, seed);
}

}  // namespace dinas
