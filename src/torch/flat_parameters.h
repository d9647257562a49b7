// The parameters of a network in one array, for optimisers and checkpoints.
#pragma once

#include <torch/torch.h>

#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/parameters.h"
#include "model/tensor.h"

namespace dinas {

using ParameterTensors = std::map<std::string, torch::Tensor>;

/// All parameters in one array; the network sees tensors that share its memory.
class FlatParameters {
 public:
  /// `values` holds every tensor of `table`, in its shape.
  FlatParameters(std::vector<ParameterInfo> table, const TensorMap& values);
  FlatParameters(const FlatParameters&) = delete;
  FlatParameters& operator=(const FlatParameters&) = delete;

  [[nodiscard]] const ParameterTensors& tensors() const { return tensors_; }
  /// In the order of the table; all require gradients.
  [[nodiscard]] const std::vector<torch::Tensor>& ordered() const { return ordered_; }
  [[nodiscard]] std::vector<float>& flat() { return flat_; }

  /// An array of this layout, such as an average of the parameters, as named tensors.
  [[nodiscard]] TensorMap unpack(const std::vector<float>& flat) const;

 private:
  std::vector<ParameterInfo> table_;
  std::vector<float> flat_;
  ParameterTensors tensors_;
  std::vector<torch::Tensor> ordered_;
};

/// Adds gradients, in the order of FlatParameters::ordered(), to a flat array.
void add_gradients(const std::vector<torch::Tensor>& gradients, std::span<float> flat);

}  // namespace dinas
