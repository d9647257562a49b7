#include "base/random.h"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

#include "base/error.h"

namespace dinas {

RandomStream::RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t item,
                           std::uint32_t step)
    : seed_(seed), counter_{0, step, item, static_cast<std::uint32_t>(purpose)} {}

std::uint32_t RandomStream::next() {
  if (used_ == 4) {
    const r123::Philox4x32::key_type key = {
        {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)}};
    const r123::Philox4x32::ctr_type counter = {
        {counter_[0], counter_[1], counter_[2], counter_[3]}};
    const auto bits = r123::Philox4x32()(counter, key);
    block_ = {bits[0], bits[1], bits[2], bits[3]};
    ++counter_[0];
    used_ = 0;
  }
  return block_[static_cast<std::size_t>(used_++)];
}

double RandomStream::uniform() {
  const std::uint64_t high = next();
  const std::uint64_t low = next();
  return static_cast<double>(((high << 32) | low) >> 11) * 0x1.0p-53;
}

std::uint32_t RandomStream::below(std::uint32_t n) {
  DINAS_CHECK(n >= 1);
  const std::uint32_t threshold = (0U - n) % n;  // 2^32 mod n: drop the incomplete last cycle
  while (true) {
    const std::uint32_t bits = next();
    if (bits >= threshold) return bits % n;
  }
}

double RandomStream::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::uint64_t RandomStream::position() const {
  return 4 * std::uint64_t{counter_[0]} + static_cast<std::uint64_t>(used_) - 4;
}

void RandomStream::seek(std::uint64_t position) {
  counter_[0] = static_cast<std::uint32_t>(position / 4);
  used_ = 4;
  for (std::uint64_t i = 0; i < position % 4; ++i) next();
}

int categorical(std::span<const double> weights, double coin) {
  double total = 0.0;
  for (const double w : weights) total += w;
  DINAS_CHECK(total > 0.0);
  const double target = coin * total;
  double sum = 0.0;
  int last = -1;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0.0) continue;
    sum += weights[i];
    last = static_cast<int>(i);
    if (target < sum) return last;
  }
  return last;  // rounding: coin * total may equal the last partial sum
}

}  // namespace dinas
