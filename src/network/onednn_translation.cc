#include "network/onednn_translation.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/index.h"
#include "engine/isa.h"
#include "network/onednn_forms.h"

namespace dinas::onednn {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;

// Is the result of the step a part of its input, where that lies?
bool is_view(const Step& step) {
  return step.layer.kind == LayerKind::kSlice || step.layer.kind == LayerKind::kCrop;
}

// For every step the last one that reads it, itself or through a view.
std::vector<int> last_readers(const FusedNetwork& network) {
  std::vector<int> last(network.steps.size(), -1);
  last[at(network.output)] = static_cast<int>(network.steps.size());
  for (std::size_t i = network.steps.size(); i-- > 0;) {
    const Step& step = network.steps[i];
    const int reads_at = is_view(step) ? last[i] : static_cast<int>(i);
    for (const int input : step.layer.inputs) last[at(input)] = std::max(last[at(input)], reads_at);
    if (step.addend >= 0) last[at(step.addend)] = std::max(last[at(step.addend)], reads_at);
  }
  return last;
}

// Translates the steps of a network into calls.
class Translation {
 public:
  Translation(const FusedNetwork& network, int batch, Program& program)
      : network_(network),
        batch_(batch),
        program_(program),
        last_reader_(last_readers(network)),
        values_(network.steps.size()) {
    for (std::size_t i = 0; i < network.steps.size(); ++i) translate(static_cast<int>(i));
    ends_.images = value(0);
    ends_.logits = value_as(network.output, form(dims(network.output), Tag::nchw));
    program_.keep(ends_.logits);
  }

  [[nodiscard]] const Ends& ends() const { return ends_; }

 private:
  [[nodiscard]] const Step& step_at(int step) const { return network_.steps[at(step)]; }
  [[nodiscard]] const Shape& shape(int step) const { return step_at(step).layer.shape; }
  [[nodiscard]] memory::dims dims(int step) const {
    const Shape& s = shape(step);
    return {batch_, s.channels, s.height, s.width};
  }

  // The step's value as it came to be.
  [[nodiscard]] int value(int step) const { return values_[at(step)].front(); }

  // The step's value in another form, reordered unless it has been before.
  int value_as(int step, const memory::desc& wanted) {
    auto& forms = values_[at(step)];
    for (const int known : forms) {
      if (program_.form(known) == wanted) return known;
    }
    const int copy = program_.add_value(wanted);
    reorder(forms.front(), copy);
    forms.push_back(copy);
    return copy;
  }

  void reorder(int from, int to) {
    const dnnl::reorder::primitive_desc description(cpu(), program_.form(from), cpu(),
                                                    program_.form(to), attributes());
    program_.add_call(description, dnnl::reorder(description),
                      {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  }

  // The step's value without gaps, for calls that take it in any form.
  int dense_value(int step) {
    if (!is_view(step_at(step))) return value(step);
    return value_as(step, form(dims(step), blocked_));
  }

  [[nodiscard]] bool dies_at(int step, int reader) const {
    return last_reader_[at(step)] == reader && !is_view(step_at(step));
  }

  void define(int step, int value) { values_[at(step)].push_back(value); }

  void translate(int index) {
    const Layer& layer = step_at(index).layer;
    switch (layer.kind) {
      case LayerKind::kInput:
      case LayerKind::kZero:
        define(index, program_.add_value(form(dims(index), Tag::nchw)));
        return program_.keep(value(index));
      case LayerKind::kConvolution:
        return convolution(index);
      case LayerKind::kLinear:
        return linear(index);
      case LayerKind::kMaxPool:
      case LayerKind::kAveragePool:
        return pool(index, sliding(layer, shape(layer.inputs[0])));
      case LayerKind::kGlobalAverage:
        return global_average(index);
      case LayerKind::kRelu:
        return relu(index);
      case LayerKind::kAdd:
        return sum(index);
      case LayerKind::kConcat:
        return concat(index);
      case LayerKind::kSlice:
        return view(index, {0, 0, 0, 0});
      case LayerKind::kCrop:
        return view(index, {0, 0, 1, 1});
      case LayerKind::kBatchNorm:
      case LayerKind::kDropPath:
        break;
    }
    DINAS_CHECK(false);
  }

  void convolution(int index) {
    const Step& step = step_at(index);
    const int input = step.layer.inputs[0];
    const Sliding s = sliding(step.layer, shape(input));
    const memory::dim out = step.layer.shape.channels;
    const memory::dim in = shape(input).channels / step.layer.groups;
    const bool grouped = step.layer.groups > 1;
    const memory::dims weights = grouped ? memory::dims{out, 1, 1, s.kernel[0], s.kernel[1]}
                                         : memory::dims{out, in, s.kernel[0], s.kernel[1]};
    const dnnl::convolution_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, form(dims(input)),
         form(weights), form({out}, Tag::a), form(dims(index)), s.strides, s.dilations, s.before,
         s.after},
        attributes(step.addend >= 0, step.relu), cpu());
    const int source = value_as(input, description.src_desc());
    define(index, target(index, description.dst_desc()));
    program_.add_call(description, dnnl::convolution_forward(description),
                      {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, value(index)}},
                      constants(step, form(weights, grouped ? Tag::goihw : Tag::oihw),
                                description.weights_desc()));
  }

  // Where a convolution writes: over what it adds to, if nobody needs that any more, else over a
  // copy of it.
  int target(int index, const memory::desc& wanted) {
    const Step& step = step_at(index);
    if (step.addend < 0) return program_.add_value(wanted);
    if (dies_at(step.addend, index) && step.addend != step.layer.inputs[0]) {
      return program_.add_value(wanted, value_as(step.addend, wanted));
    }
    const int copy = program_.add_value(wanted);
    reorder(value(step.addend), copy);
    return copy;
  }

  void linear(int index) {
    const Step& step = step_at(index);
    const int input = step.layer.inputs[0];
    const memory::dim out = step.layer.shape.channels;
    memory::dims weights = dims(input);
    weights[0] = out;
    const dnnl::inner_product_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference, form(dims(input)), form(weights), form({out}, Tag::a),
         form({batch_, out}, Tag::nc)},
        attributes(false, step.relu), cpu());
    const int source = value_as(input, description.src_desc());
    const int matrix = program_.add_value(description.dst_desc());
    program_.add_call(description, dnnl::inner_product_forward(description),
                      {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, matrix}},
                      constants(step, form(weights, Tag::oihw), description.weights_desc()));
    define(index, program_.add_value(form(dims(index), Tag::nchw), matrix));
  }

  // Weights in the form that a call wants, and biases.
  static std::vector<Program::Constant> constants(const Step& step, const memory::desc& plain,
                                                  const memory::desc& wanted) {
    // oneDNN takes sources without const; it reads them only.
    memory from(plain, cpu(), const_cast<float*>(step.weight.data()));
    memory weights(wanted, cpu());
    dnnl::stream stream(cpu());
    dnnl::reorder(from, weights).execute(stream, from, weights);
    stream.wait();
    memory bias(form({static_cast<memory::dim>(step.bias.size())}, Tag::a), cpu());
    std::ranges::copy(step.bias, static_cast<float*>(bias.get_data_handle()));
    return {{DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_BIAS, bias}};
  }

  void pool(int index, const Sliding& s) {
    const Layer& layer = step_at(index).layer;
    const int source = dense_value(layer.inputs[0]);
    const auto algorithm = layer.kind == LayerKind::kMaxPool
                               ? dnnl::algorithm::pooling_max
                               : dnnl::algorithm::pooling_avg_exclude_padding;
    const dnnl::pooling_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference, algorithm, program_.form(source), form(dims(index)),
         s.strides, s.kernel, s.before, s.after},
        attributes(), cpu());
    define(index, program_.add_value(description.dst_desc()));
    program_.add_call(description, dnnl::pooling_forward(description),
                      {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, value(index)}});
  }

  void global_average(int index) {
    const Shape& in = shape(step_at(index).layer.inputs[0]);
    pool(index, {{in.height, in.width}, {1, 1}, {0, 0}, {0, 0}, {0, 0}});
  }

  void relu(int index) {
    const int input = step_at(index).layer.inputs[0];
    const int source = dense_value(input);
    const memory::desc same = program_.form(source);
    const dnnl::eltwise_forward::primitive_desc description(
        {dnnl::prop_kind::forward_inference, dnnl::algorithm::eltwise_relu, same, 0.0F},
        attributes(), cpu());
    define(index, program_.add_value(same, dies_at(input, index) ? source : -1));
    program_.add_call(description, dnnl::eltwise_forward(description),
                      {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, value(index)}});
  }

  void sum(int index) {
    const auto& inputs = step_at(index).layer.inputs;
    const memory::desc common = program_.form(dense_value(inputs[0]));
    std::vector<Program::Argument> arguments;
    for (const int input : inputs) {
      const int name = DNNL_ARG_MULTIPLE_SRC + static_cast<int>(arguments.size());
      arguments.push_back({name, value_as(input, common)});
    }
    const dnnl::sum::primitive_desc description(common, std::vector<float>(inputs.size(), 1.0F),
                                                std::vector<memory::desc>(inputs.size(), common),
                                                cpu(), attributes());
    define(index, program_.add_value(common));
    arguments.push_back({DNNL_ARG_DST, value(index)});
    program_.add_call(description, dnnl::sum(description), std::move(arguments));
  }

  void concat(int index) {
    std::vector<Program::Argument> arguments;
    std::vector<memory::desc> forms;
    for (const int input : step_at(index).layer.inputs) {
      const int name = DNNL_ARG_MULTIPLE_SRC + static_cast<int>(arguments.size());
      arguments.push_back({name, dense_value(input)});
      forms.push_back(program_.form(arguments.back().value));
    }
    const dnnl::concat::primitive_desc description(1, forms, cpu(), attributes());
    define(index, program_.add_value(description.dst_desc()));
    arguments.push_back({DNNL_ARG_DST, value(index)});
    program_.add_call(description, dnnl::concat(description), std::move(arguments));
  }

  // Blocks of channels can be cut between blocks only.
  void view(int index, const memory::dims& first) {
    const int input = step_at(index).layer.inputs[0];
    int whole = dense_value(input);
    memory::desc part = program_.form(whole).submemory_desc(dims(index), first, true);
    if (!part) {
      whole = value_as(input, form(dims(input), Tag::nchw));
      part = program_.form(whole).submemory_desc(dims(index), first);
    }
    define(index, program_.add_value(part, whole));
  }

  const FusedNetwork& network_;
  memory::dim batch_;
  Program& program_;
  Tag blocked_ = current_isa() == Isa::kAvx512 ? Tag::nChw16c : Tag::nChw8c;
  std::vector<int> last_reader_;
  std::vector<std::vector<int>> values_;  // of every step, in its forms
  Ends ends_{};
};

}  // namespace

Ends translate(const FusedNetwork& network, int batch, Program& program) {
  return Translation(network, batch, program).ends();
}

}  // namespace dinas::onednn
