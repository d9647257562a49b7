// What the kernel files share. Included once for every instruction set, by files that Highway
// compiles so, after <hwy/foreach_target.h>.
#if defined(DINAS_NETTRAIN_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef DINAS_NETTRAIN_LANES_INL_H_
#undef DINAS_NETTRAIN_LANES_INL_H_
#else
#define DINAS_NETTRAIN_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace dinas::nettrain {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Wide = hn::ScalableTag<float>;
using Eight = hn::CappedTag<float, 8>;  // channels are often no multiple of 16
using One = hn::CappedTag<float, 1>;

// A vector of lanes c, c + 1, ... of a row at a time, then the rest of the row one by one.
template <class Body>
HWY_INLINE void along(std::size_t width, const Body& body) {
  std::size_t c = 0;
  for (const Wide d; c + hn::Lanes(d) <= width; c += hn::Lanes(d)) body(d, c);
  for (const Eight d; c + hn::Lanes(d) <= width; c += hn::Lanes(d)) body(d, c);
  for (const One d; c < width; ++c) body(d, c);
}

}  // namespace HWY_NAMESPACE
}  // namespace dinas::nettrain
HWY_AFTER_NAMESPACE();

#endif
