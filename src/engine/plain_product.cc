#include "engine/plain_product.h"

#include <array>
#include <span>

#include "engine/onednn.h"

namespace dinas {
namespace {

using dnnl::memory;
using onednn::borrowed;
using onednn::cpu;

memory::desc matrix(std::size_t rows, std::size_t columns, bool transposed = false) {
  return {{static_cast<memory::dim>(rows), static_cast<memory::dim>(columns)},
          memory::data_type::f32,
          transposed ? memory::format_tag::ba : memory::format_tag::ab};
}

// c = a b (+ bias) (+ c), then an activation; matrices where the caller says.
class Call {
 public:
  struct Form {
    bool bias = false;
    bool add = false;
    Activation activation = Activation::kNone;
  };

  Call(const memory::desc& a, const memory::desc& b, const memory::desc& c, const Form& form) {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    dnnl::post_ops after;
    if (form.add) after.append_sum(1.0F);
    if (form.activation == Activation::kRelu) {
      after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
    }
    attributes.set_post_ops(after);
    const memory::desc bias = matrix(1, static_cast<std::size_t>(c.dims()[1]));
    const dnnl::matmul::primitive_desc description(
        form.bias ? dnnl::matmul::desc(a, b, bias, c) : dnnl::matmul::desc(a, b, c), attributes,
        cpu());
    primitive_ = dnnl::matmul(description);
    a_ = borrowed(a);
    b_ = borrowed(b);
    c_ = borrowed(c);
    scratchpad_ = memory(description.scratchpad_desc(), cpu());
    arguments_ = {{{DNNL_ARG_SRC, a_.get()},
                   {DNNL_ARG_WEIGHTS, b_.get()},
                   {DNNL_ARG_DST, c_.get()},
                   {DNNL_ARG_SCRATCHPAD, scratchpad_.get()}}};
    if (!form.bias) return;
    bias_ = borrowed(bias);
    arguments_[count_++] = {DNNL_ARG_BIAS, bias_.get()};
  }

  // oneDNN takes sources without const; it reads them only.
  void run(const dnnl::stream& stream, const float* a, const float* b, const float* bias,
           float* c) {
    a_.set_data_handle(const_cast<float*>(a));
    b_.set_data_handle(const_cast<float*>(b));
    if (bias != nullptr) bias_.set_data_handle(const_cast<float*>(bias));
    c_.set_data_handle(c);
    onednn::run(primitive_, stream, std::span(arguments_).first(count_));
  }

 private:
  dnnl::matmul primitive_;
  memory a_, b_, c_, bias_, scratchpad_;
  std::array<dnnl_exec_arg_t, 5> arguments_{};
  std::size_t count_ = 4;  // arguments: one more with a bias
};

}  // namespace

struct PlainProduct::Calls {
  Calls(std::size_t rows, std::size_t in, std::size_t out, bool bias, Activation activation)
      : stream(cpu()),
        forward(matrix(rows, in), matrix(in, out), matrix(rows, out),
                {.bias = bias, .add = false, .activation = activation}),
        input(matrix(rows, out), matrix(out, in, true), matrix(rows, in), {}),
        input_added(matrix(rows, out), matrix(out, in, true), matrix(rows, in), kAdd),
        weight(matrix(in, rows, true), matrix(rows, out), matrix(in, out), kAdd) {}

  static constexpr Call::Form kAdd{.bias = false, .add = true, .activation = Activation::kNone};
  dnnl::stream stream;
  Call forward;
  Call input;
  Call input_added;
  Call weight;
};

PlainProduct::PlainProduct(std::size_t rows, std::size_t in, std::size_t out, bool bias,
                           Activation activation)
    : rows_(rows), in_(in), out_(out) {
  use_one_thread_per_product();
  calls_ = std::make_unique<Calls>(rows, in, out, bias, activation);
}
PlainProduct::PlainProduct(PlainProduct&&) noexcept = default;
PlainProduct& PlainProduct::operator=(PlainProduct&&) noexcept = default;
PlainProduct::~PlainProduct() = default;

void PlainProduct::forward(const float* x, const float* weight, const float* bias, float* y) {
  calls_->forward.run(calls_->stream, x, weight, bias, y);
}

void PlainProduct::input_gradient(const float* dy, const float* weight, float* dx, bool add) {
  (add ? calls_->input_added : calls_->input).run(calls_->stream, dy, weight, nullptr, dx);
}

void PlainProduct::weight_gradient(const float* x, const float* dy, float* dweight) {
  calls_->weight.run(calls_->stream, x, dy, nullptr, dweight);
}

}  // namespace dinas
