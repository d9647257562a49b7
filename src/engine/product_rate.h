// How fast this machine multiplies matrices: the yardstick of the engine's own speed.
#pragma once

#include "engine/matrix_product.h"

namespace dinas {

/// Floating point operations a second of `threads` threads that do nothing but the engine's kind of
/// product (64 rows, 64 in, 256 out, everything in the cache), the best of several trials of about
/// `seconds` in all.
double product_rate(Precision precision, int threads, double seconds = 0.03);

}  // namespace dinas
