// Counter-based random numbers: what is drawn depends on (seed, purpose, item, step) and on
// nothing else, so results do not move with batch size or thread count.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace dinas {

/// What a stream is for. Adding a draw for one purpose never shifts another. The numbers are part
/// of reproducibility: never reuse or renumber.
enum class Purpose : std::uint32_t {
  kInitialise = 1,  // network weights
  kHide = 2,        // classes hidden from training
  kLabel = 3,       // which classes are labelled, and which member
  kPair = 4,        // training pairs: active metrics, architecture, bounds
  kNoise = 5,       // forward noise in training
  kOrder = 6,       // order in which variables are revealed
  kValue = 7,       // values drawn while sampling
  kControl = 8,     // uniform draws that results are compared with
  // 9 was the searches that kSearch draws for
  kDropout = 10,  // dropout and condition dropout
  kCheck = 11,    // inputs of engine checks and tests
  kSpace = 12,    // architectures drawn from a space without a model
  // 13 was the repair of sampled states outside the space
  kSearch = 14,  // what a search method draws; step: the length of the history
  kImages = 15,  // images of a dataset: subsets, their order in training, augmentation
  kExpect = 16,  // which of many labels an expectation is learned from
};

/// Philox4x32-10 (Salmon et al., SC 2011; Random123), key = seed, counter = (block, step, item,
/// purpose). A value type: copy it to replay it.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t item = 0, std::uint32_t step = 0);

  std::uint32_t next();
  /// Uniform in [0, 1) with 53 random bits.
  double uniform();
  /// Uniform in {0, ..., n-1}; n >= 1. Unbiased (rejection).
  std::uint32_t below(std::uint32_t n);
  /// Standard normal (Box-Muller).
  double normal();

  /// How many 32-bit numbers next() has given, and a jump to that place, from where the stream goes
  /// on as if it had given them.
  [[nodiscard]] std::uint64_t position() const;
  void seek(std::uint64_t position);

 private:
  std::uint64_t seed_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

/// Index drawn with probability proportional to `weights` (>= 0, positive sum) by `coin` in [0,1).
int categorical(std::span<const double> weights, double coin);

/// A random permutation (Fisher and Yates); at most 2^32 - 1 items.
template <typename T>
void shuffle(std::vector<T>& items, RandomStream& stream) {
  for (std::size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[stream.below(static_cast<std::uint32_t>(i))]);
  }
}

}  // namespace dinas
