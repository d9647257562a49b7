#include "torch/flat_parameters.h"

#include <utility>

namespace dinas {

FlatParameters::FlatParameters(std::vector<ParameterInfo> table, const TensorMap& values)
    : table_(std::move(table)) {
  for (const ParameterInfo& info : table_) {
    const auto& data = values.at(info.name).data;
    flat_.insert(flat_.end(), data.begin(), data.end());
  }
  float* place = flat_.data();
  for (const ParameterInfo& info : table_) {
    ordered_.push_back(torch::from_blob(place, info.shape).requires_grad_(true));
    tensors_[info.name] = ordered_.back();
    place += element_count(info.shape);
  }
}

TensorMap FlatParameters::unpack(const std::vector<float>& flat) const {
  TensorMap result;
  auto place = flat.begin();
  for (const ParameterInfo& info : table_) {
    const auto end = place + element_count(info.shape);
    result.emplace(info.name, dinas::Tensor{info.shape, {place, end}});
    place = end;
  }
  return result;
}

void add_gradients(const std::vector<torch::Tensor>& gradients, std::span<float> flat) {
  float* place = flat.data();
  for (const torch::Tensor& gradient : gradients) {
    const torch::Tensor dense = gradient.contiguous();
    const float* values = dense.data_ptr<float>();
    for (std::int64_t i = 0; i < dense.numel(); ++i) *place++ += values[i];
  }
}

}  // namespace dinas
