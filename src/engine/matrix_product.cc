#include "engine/matrix_product.h"

#include <dnnl.hpp>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "engine/isa.h"
#include "engine/vector_kernels.h"

// Debian's oneDNN computes with GNU OpenMP; its header is not where clang looks.
extern "C" void omp_set_num_threads(int threads);

namespace dinas {
namespace {

const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::memory::dim dim(std::size_t n) { return static_cast<dnnl::memory::dim>(n); }

}  // namespace

struct MatrixProduct::Packed {
  Precision precision = Precision::kFloat32;
  dnnl::matmul::primitive_desc description;
  dnnl::matmul primitive;
  dnnl::memory weights;
  dnnl::memory bias;
};

MatrixProduct::MatrixProduct(std::size_t in, std::size_t out, std::span<const float> weight,
                             std::span<const float> bias, Precision precision,
                             Activation activation)
    : in_(in), out_(out) {
  using dnnl::memory;
  DINAS_CHECK(weight.size() == in * out && (bias.empty() || bias.size() == out));
  if (precision == Precision::kBfloat16 && !has_bfloat16()) {
    throw UsageError(
        "bfloat16 was asked for, but this processor (or the limit set on it) has no "
        "bfloat16 products: use f32");
  }
  auto packed = std::make_shared<Packed>();
  packed->precision = precision;
  const auto type =
      precision == Precision::kBfloat16 ? memory::data_type::bf16 : memory::data_type::f32;
  const auto f32 = memory::data_type::f32;
  const auto rows = memory::format_tag::ab;
  const memory::desc x({dim(kRowTile), dim(in)}, type, rows);
  const memory::desc w({dim(in), dim(out)}, type, memory::format_tag::any);
  const memory::desc b({1, dim(out)}, f32, rows);
  const memory::desc y({dim(kRowTile), dim(out)}, f32, rows);
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (activation == Activation::kRelu) {
    dnnl::post_ops after;
    after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
    attributes.set_post_ops(after);
  }
  packed->description = {dnnl::matmul::desc(x, w, b, y), attributes, cpu()};
  packed->primitive = dnnl::matmul(packed->description);
  // oneDNN takes sources without const; it reads them only.
  memory plain({{dim(in), dim(out)}, f32, rows}, cpu(), const_cast<float*>(weight.data()));
  packed->weights = memory(packed->description.weights_desc(), cpu());
  dnnl::stream stream(cpu());
  dnnl::reorder(plain, packed->weights).execute(stream, plain, packed->weights);
  stream.wait();
  packed->bias = memory(b, cpu());
  auto* const to = static_cast<float*>(packed->bias.get_data_handle());
  for (std::size_t o = 0; o < out; ++o) to[o] = bias.empty() ? 0.0F : bias[o];
  packed_ = std::move(packed);
}

std::string MatrixProduct::implementation() const {
  return packed_ ? packed_->description.impl_info_str() : "none";
}

struct MatrixRunner::State {
  explicit State(const MatrixProduct& product)
      : in(product.in_),
        out(product.out_),
        packed(product.packed_),
        stream(cpu()),
        x(packed->description.src_desc(), cpu(), DNNL_MEMORY_NONE),
        y(packed->description.dst_desc(), cpu(), DNNL_MEMORY_NONE),
        arguments{
            {DNNL_ARG_SRC, x},
            {DNNL_ARG_WEIGHTS, packed->weights},
            {DNNL_ARG_BIAS, packed->bias},
            {DNNL_ARG_DST, y},
            {DNNL_ARG_SCRATCHPAD, dnnl::memory(packed->description.scratchpad_desc(), cpu())}} {
    if (packed->precision == Precision::kBfloat16) rounded.resize(kRowTile * in);
  }

  std::size_t in;
  std::size_t out;
  std::shared_ptr<const MatrixProduct::Packed> packed;
  dnnl::stream stream;
  dnnl::memory x;
  dnnl::memory y;
  std::unordered_map<int, dnnl::memory> arguments;
  std::vector<std::uint16_t> rounded;  // bfloat16: a tile of x
};

MatrixRunner::MatrixRunner(const MatrixProduct& product)
    : state_(product.packed_ ? std::make_unique<State>(product) : nullptr) {}
MatrixRunner::MatrixRunner(MatrixRunner&&) noexcept = default;
MatrixRunner& MatrixRunner::operator=(MatrixRunner&&) noexcept = default;
MatrixRunner::~MatrixRunner() = default;

void MatrixRunner::run(const float* x, std::size_t rows, float* y) {
  DINAS_CHECK(state_ != nullptr);
  State& s = *state_;
  for (std::size_t first = 0; first < rows; first += kRowTile) {
    const float* tile = x + first * s.in;
    if (s.rounded.empty()) {
      s.x.set_data_handle(const_cast<float*>(tile));
    } else {
      round_to_bfloat16({tile, kRowTile * s.in}, s.rounded);
      s.x.set_data_handle(s.rounded.data());
    }
    s.y.set_data_handle(y + first * s.out);
    s.packed->primitive.execute(s.stream, s.arguments);
  }
}

void use_one_thread_per_product() { omp_set_num_threads(1); }

}  // namespace dinas
