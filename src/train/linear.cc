#include "train/linear.h"

#include <algorithm>

#include "base/error.h"
#include "train/kernels.h"

namespace dinas::train {

ParameterLayout::ParameterLayout(std::vector<ParameterInfo> table) {
  for (ParameterInfo& info : table) {
    const auto count = static_cast<std::size_t>(element_count(info.shape));
    places_[info.name] = {size_, std::move(info.shape)};
    size_ += count;
  }
}

std::optional<std::size_t> ParameterLayout::find(const std::string& name) const {
  const auto found = places_.find(name);
  if (found == places_.end()) return std::nullopt;
  return found->second.first;
}

std::size_t ParameterLayout::at(const std::string& name) const {
  const auto found = find(name);
  DINAS_CHECK(found);
  return *found;
}

const std::vector<std::int64_t>& ParameterLayout::shape(const std::string& name) const {
  const auto found = places_.find(name);
  DINAS_CHECK(found != places_.end());
  return found->second.shape;
}

std::vector<float> ParameterLayout::pack(const TensorMap& tensors) const {
  std::vector<float> flat(size_);
  for (const auto& [name, place] : places_) {
    std::ranges::copy(tensors.at(name).data,
                      flat.begin() + static_cast<std::ptrdiff_t>(place.first));
  }
  return flat;
}

TensorMap ParameterLayout::unpack(const std::vector<float>& flat) const {
  DINAS_CHECK(flat.size() == size_);
  TensorMap tensors;
  for (const auto& [name, place] : places_) {
    const auto first = flat.begin() + static_cast<std::ptrdiff_t>(place.first);
    tensors[name] = {place.shape, {first, first + element_count(place.shape)}};
  }
  return tensors;
}

Linear::Linear(const ParameterLayout& layout, const std::string& name, std::size_t rows,
               Activation activation)
    : product_(rows, static_cast<std::size_t>(layout.shape(name + ".weight")[0]),
               static_cast<std::size_t>(layout.shape(name + ".weight")[1]),
               layout.find(name + ".bias").has_value(), activation),
      weight_(layout.at(name + ".weight")),
      bias_(layout.find(name + ".bias")) {}

void Linear::forward(const float* parameters, const float* x, float* y) {
  product_.forward(x, parameters + weight_, bias_ ? parameters + *bias_ : nullptr, y);
}

void Linear::backward(const float* parameters, const float* x, const float* dy, float* dx, bool add,
                      float* gradient) {
  product_.weight_gradient(x, dy, gradient + weight_);
  if (bias_) add_column_sums(dy, product_.rows(), product_.out(), gradient + *bias_);
  if (dx != nullptr) product_.input_gradient(dy, parameters + weight_, dx, add);
}

}  // namespace dinas::train
