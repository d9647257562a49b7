// Which architectures a method may propose, and how it finds some.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/random.h"
#include "baseline/task.h"

namespace dinas {

/// Valid, not degenerate, answerable, and within every limit on a metric that the space computes.
bool may_ask(const SearchTask& task, const Architecture& architecture);

/// What a method draws once it has results to think about, after a history of this length.
RandomStream search_stream(std::uint64_t seed, const History& history);

/// Where an architecture stands in a history. Keeps up with a growing one at the cost of what is
/// new.
class HistoryIndex {
 public:
  static std::string key(const Architecture& architecture) {
    return {architecture.begin(), architecture.end()};
  }
  void update(const History& history);
  [[nodiscard]] bool contains(const Architecture& architecture) const {
    return places_.contains(key(architecture));
  }
  /// The observation's number in the history; kNone where it is not in it.
  [[nodiscard]] std::size_t find(const Architecture& architecture) const;

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

 private:
  std::unordered_map<std::string, std::size_t> places_;
  Architecture last_;
};

/// A search ends after this many draws in a row that were nothing new: what can be asked is as good
/// as exhausted.
inline constexpr std::size_t kIdleProposals = 100'000;

/// Children in a row that are known or cannot be asked, before a random architecture is.
inline constexpr int kFruitless = 1000;

/// What a method is about to propose: distinct, new, and what the task may ask.
class Proposal {
 public:
  /// Neither is copied.
  Proposal(const SearchTask& task, const HistoryIndex& index, std::size_t count);

  [[nodiscard]] bool full() const { return architectures_.size() >= count_; }
  [[nodiscard]] std::size_t size() const { return architectures_.size(); }
  /// How many more it takes.
  [[nodiscard]] std::size_t wanted() const { return count_ - architectures_.size(); }
  /// Takes the architecture if it is wanted; false: it is not.
  bool offer(const Architecture& architecture);
  /// One more, uniform over the pool or drawn from the space; false where none is left.
  bool offer_random(RandomStream& stream);
  void fill(RandomStream& stream);
  /// Random ones as long as history and proposal together are fewer than `initial`. The draw for a
  /// place in the history depends on the seed and that place: searches of one seed begin alike,
  /// whatever their method and batch.
  void begin(const History& history, std::uint64_t seed, std::size_t initial);

  [[nodiscard]] std::vector<Architecture> take() { return std::move(architectures_); }

 private:
  bool offer_rest_of_pool(RandomStream& stream);

  const SearchTask& task_;
  const HistoryIndex& index_;
  std::size_t count_;
  std::vector<Architecture> architectures_;
  std::unordered_set<std::string> taken_;
};

/// A valid architecture that differs: one variable, uniformly among those that can change alone,
/// takes another of the values that leave the architecture valid. Where no variable can change
/// alone, others are redrawn with it, as few as it takes. The same architecture where there is no
/// other.
Architecture mutated(const Skeleton& skeleton, const Architecture& architecture,
                     RandomStream& stream);

/// Every variable has its value from one of the parents, evenly and in random order, wherever that
/// can be completed to a valid architecture.
Architecture crossed(const Skeleton& skeleton, const Architecture& a, const Architecture& b,
                     RandomStream& stream);

/// All valid architectures that differ in one variable, in the order of variables and values.
std::vector<Architecture> neighbours(const Skeleton& skeleton, const Architecture& centre);

}  // namespace dinas
