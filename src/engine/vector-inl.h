// What the vector kernels of engine and trainer share. Included once for every instruction set, by
// files that Highway compiles so, after <hwy/foreach_target.h>.
#if defined(DINAS_ENGINE_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DINAS_ENGINE_VECTOR_INL_H_
#undef DINAS_ENGINE_VECTOR_INL_H_
#else
#define DINAS_ENGINE_VECTOR_INL_H_
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <cmath>
#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace dinas {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Wide = hn::ScalableTag<float>;
using Narrow = hn::CappedTag<float, 8>;  // attention over few nodes

// A vector of lanes c, c + 1, ... of a row at a time, then the rest of the row one by one.
template <class Body>
HWY_INLINE void along(std::size_t width, const Body& body) {
  const Wide d;
  const hn::CappedTag<float, 1> one;
  std::size_t c = 0;
  for (; c + hn::Lanes(d) <= width; c += hn::Lanes(d)) body(d, c);
  for (; c < width; ++c) body(one, c);
}

struct Moments {
  float mean;
  float inverse_deviation;  // 1 / sqrt(variance + 1e-5)
};

HWY_INLINE Moments moments(const float* x, std::size_t width) {
  constexpr float kEpsilon = 1e-5F;
  const Wide d;
  const std::size_t lanes = hn::Lanes(d);
  const auto n = static_cast<float>(width);
  auto sum = hn::Zero(d);
  std::size_t c = 0;
  for (; c + lanes <= width; c += lanes) sum = hn::Add(sum, hn::LoadU(d, x + c));
  float mean = hn::GetLane(hn::SumOfLanes(d, sum));
  for (std::size_t tail = c; tail < width; ++tail) mean += x[tail];
  mean /= n;
  const auto means = hn::Set(d, mean);
  auto squares = hn::Zero(d);
  for (c = 0; c + lanes <= width; c += lanes) {
    const auto difference = hn::Sub(hn::LoadU(d, x + c), means);
    squares = hn::MulAdd(difference, difference, squares);
  }
  float variance = hn::GetLane(hn::SumOfLanes(d, squares));
  for (; c < width; ++c) variance += (x[c] - mean) * (x[c] - mean);
  return {mean, 1.0F / std::sqrt(variance / n + kEpsilon)};
}

// Replaces scores [stride], a multiple of 8, by their softmax.
HWY_INLINE void softmax_row(float* scores, std::size_t stride) {
  const Narrow d;
  const std::size_t lanes = hn::Lanes(d);
  auto highest = hn::LoadU(d, scores);
  for (std::size_t j = lanes; j < stride; j += lanes) {
    highest = hn::Max(highest, hn::LoadU(d, scores + j));
  }
  highest = hn::MaxOfLanes(d, highest);
  auto sum = hn::Zero(d);
  for (std::size_t j = 0; j < stride; j += lanes) {
    const auto e = hn::Exp(d, hn::Sub(hn::LoadU(d, scores + j), highest));
    hn::StoreU(e, d, scores + j);
    sum = hn::Add(sum, e);
  }
  const auto inverse = hn::Div(hn::Set(d, 1.0F), hn::SumOfLanes(d, sum));
  for (std::size_t j = 0; j < stride; j += lanes) {
    hn::StoreU(hn::Mul(hn::LoadU(d, scores + j), inverse), d, scores + j);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace dinas
HWY_AFTER_NAMESPACE();

#endif
