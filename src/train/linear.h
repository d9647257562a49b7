// Linear maps of the network in training, and where its parameters are.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/plain_product.h"
#include "model/parameters.h"
#include "model/tensor.h"

namespace dinas::train {

/// The parameters of a network in one array, in the order of their table.
class ParameterLayout {
 public:
  explicit ParameterLayout(std::vector<ParameterInfo> table);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// First entry of a tensor; nothing if there is none of that name.
  [[nodiscard]] std::optional<std::size_t> find(const std::string& name) const;
  /// Throws Error where there is none.
  [[nodiscard]] std::size_t at(const std::string& name) const;
  [[nodiscard]] const std::vector<std::int64_t>& shape(const std::string& name) const;

  [[nodiscard]] std::vector<float> pack(const TensorMap& tensors) const;
  [[nodiscard]] TensorMap unpack(const std::vector<float>& flat) const;

 private:
  struct Place {
    std::size_t first;
    std::vector<std::int64_t> shape;
  };
  std::map<std::string, Place> places_;
  std::size_t size_ = 0;
};

/// y = x W + b for a fixed number of rows; W is NAME.weight, b NAME.bias where the table has it.
class Linear {
 public:
  Linear(const ParameterLayout& layout, const std::string& name, std::size_t rows,
         Activation activation = Activation::kNone);

  [[nodiscard]] std::size_t in() const { return product_.in(); }
  [[nodiscard]] std::size_t out() const { return product_.out(); }

  /// `parameters` is the whole array. x [rows, in], y [rows, out].
  void forward(const float* parameters, const float* x, float* y);
  /// Adds to `gradient`, which is laid out as the parameters. dx [rows, in] is written, added to or
  /// (null) left out. An activation's own backward is the caller's.
  void backward(const float* parameters, const float* x, const float* dy, float* dx, bool add,
                float* gradient);

 private:
  PlainProduct product_;
  std::size_t weight_;
  std::optional<std::size_t> bias_;
};

}  // namespace dinas::train
