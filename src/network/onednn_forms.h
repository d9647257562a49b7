// Descriptions that oneDNN wants of layers.
#pragma once

#include <algorithm>

#include "engine/onednn.h"
#include "network/image_network.h"

namespace dinas::onednn {

/// Numbers in single precision, in the layout that oneDNN prefers unless told.
inline dnnl::memory::desc form(const dnnl::memory::dims& dims,
                               dnnl::memory::format_tag tag = dnnl::memory::format_tag::any) {
  return {dims, dnnl::memory::data_type::f32, tag};
}

/// What a convolution or a pooling slides with, for both axes.
struct Sliding {
  dnnl::memory::dims kernel;
  dnnl::memory::dims strides;
  dnnl::memory::dims dilations;  // oneDNN counts the points between
  dnnl::memory::dims before;     // padding
  dnnl::memory::dims after;
};

inline Sliding sliding(const Layer& layer, const Shape& in) {
  const int reach = layer.dilation * (layer.kernel - 1) + 1;
  // As much as the last window needs; what no window reaches needs none.
  const auto after = [&](int size, int out) {
    return std::max(0, (out - 1) * layer.stride + reach - size - layer.padding);
  };
  return {{layer.kernel, layer.kernel},
          {layer.stride, layer.stride},
          {layer.dilation - 1, layer.dilation - 1},
          {layer.padding, layer.padding},
          {after(in.height, layer.shape.height), after(in.width, layer.shape.width)}};
}

/// The scratchpad is the program's; what is done to the result, in this order.
inline dnnl::primitive_attr attributes(bool sum = false, bool relu = false) {
  dnnl::post_ops after;
  if (sum) after.append_sum(1.0F);
  if (relu) after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
  dnnl::primitive_attr result;
  result.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  result.set_post_ops(after);
  return result;
}

}  // namespace dinas::onednn
