// Calls of oneDNN in a fixed order on memory that is laid out once.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "engine/onednn.h"

namespace dinas::onednn {

/// First values and calls are described, then prepare() finds places for the values, then run().
class Program {
 public:
  /// A value of this form. It has memory of its own, or, with `place_of`, lies where that value
  /// does and ends it by being written.
  int add_value(const dnnl::memory::desc& form, int place_of = -1);
  [[nodiscard]] const dnnl::memory::desc& form(int value) const;

  /// The value exists before the first call and is not overwritten by another before `run` ends.
  void keep(int value);

  struct Argument {
    int name;  // DNNL_ARG_...
    int value;
  };
  struct Constant {
    int name;
    dnnl::memory memory;
  };
  /// Appends a call; its description says how large a scratchpad it needs.
  template <typename Description>
  void add_call(const Description& description, const dnnl::primitive& primitive,
                std::vector<Argument> values, std::vector<Constant> constants = {}) {
    add_call(primitive, description.scratchpad_desc(), std::move(values), std::move(constants));
  }

  /// Allocates all memory, zeroed; values that never live at the same time share it.
  void prepare();

  /// Where a value lies, gaps of its form included.
  [[nodiscard]] std::span<float> numbers(int value) const;
  void run();

 private:
  // Memory of one value, or of several that lie in one place; alive from its first to its last
  // call.
  struct Place {
    std::size_t bytes;
    int first;
    int last;
    int buffer;
  };
  struct Value {
    dnnl::memory::desc form;
    int place;
    dnnl::memory memory;
  };
  struct Call {
    dnnl::primitive primitive;
    dnnl::memory scratchpad;
    std::vector<Argument> values;
    std::vector<Constant> constants;
    std::vector<dnnl_exec_arg_t> arguments;
  };

  void add_call(const dnnl::primitive& primitive, const dnnl::memory::desc& scratchpad,
                std::vector<Argument> values, std::vector<Constant> constants);
  [[nodiscard]] std::vector<std::size_t> share_buffers();

  std::vector<Place> places_;
  std::vector<Value> values_;
  std::vector<Call> calls_;
  std::vector<dnnl::memory> buffers_;
  dnnl::memory scratchpad_;
  dnnl::stream stream_{cpu()};
};

}  // namespace dinas::onednn
