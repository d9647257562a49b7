#include "engine/matrix_product.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "engine/isa.h"
#include "engine/onednn.h"
#include "engine/vector_kernels.h"

// Debian's oneDNN computes with GNU OpenMP; its header is not where clang looks.
extern "C" void omp_set_num_threads(int threads);

namespace dinas {
namespace {

constexpr std::size_t kSmallTile = 16;

using onednn::cpu;

dnnl::memory::dim dim(std::size_t n) { return static_cast<dnnl::memory::dim>(n); }

// A product with a fixed number of rows.
struct Tile {
  dnnl::matmul::primitive_desc description;
  dnnl::matmul primitive;
};

Tile make_tile(std::size_t rows, const dnnl::memory::desc& weights, Activation activation) {
  using dnnl::memory;
  const auto shape = weights.dims();
  const auto plain = memory::format_tag::ab;
  const memory::desc x({dim(rows), shape[0]}, weights.data_type(), plain);
  const memory::desc b({1, shape[1]}, memory::data_type::f32, plain);
  const memory::desc y({dim(rows), shape[1]}, memory::data_type::f32, plain);
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (activation == Activation::kRelu) {
    dnnl::post_ops after;
    after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
    attributes.set_post_ops(after);
  }
  const dnnl::matmul::primitive_desc description({x, weights, b, y}, attributes, cpu());
  return {description, dnnl::matmul(description)};
}

}  // namespace

Precision parse_precision(std::string_view text) {
  if (text == "f32") return Precision::kFloat32;
  if (text == "bf16") return Precision::kBfloat16;
  throw UsageError(fmt::format("unknown number type '{}': expected f32 or bf16", text));
}

std::string_view precision_name(Precision precision) {
  return precision == Precision::kFloat32 ? "f32" : "bf16";
}

struct MatrixProduct::Packed {
  Precision precision = Precision::kFloat32;
  Tile large;
  std::optional<Tile> small;
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
        "bfloat16 was asked for, but this processor (or the limit set on it) has no bfloat16 "
        "products: use f32");
  }
  use_one_thread_per_product();
  auto packed = std::make_shared<Packed>();
  packed->precision = precision;
  const auto type =
      precision == Precision::kBfloat16 ? memory::data_type::bf16 : memory::data_type::f32;
  const memory::dims shape{dim(in), dim(out)};
  packed->large = make_tile(kRowTile, {shape, type, memory::format_tag::any}, activation);
  packed->weights = memory(packed->large.description.weights_desc(), cpu());
  // oneDNN takes sources without const; it reads them only.
  memory plain({shape, memory::data_type::f32, memory::format_tag::ab}, cpu(),
               const_cast<float*>(weight.data()));
  dnnl::stream stream(cpu());
  dnnl::reorder(plain, packed->weights).execute(stream, plain, packed->weights);
  stream.wait();
  packed->bias = memory({{1, dim(out)}, memory::data_type::f32, memory::format_tag::ab}, cpu());
  auto* const to = static_cast<float*>(packed->bias.get_data_handle());
  for (std::size_t o = 0; o < out; ++o) to[o] = bias.empty() ? 0.0F : bias[o];
  packed_ = packed;
  if (current_isa() != Isa::kAvx512) return;
  packed->small = make_tile(kSmallTile, packed->weights.get_desc(), activation);
  if (!MatrixRunner(*this).small_tiles_agree()) packed->small.reset();
}

struct MatrixRunner::State {
  // What one kind of tile is run with.
  struct Call {
    Call(const Tile& tile, const Packed& packed)
        : primitive(tile.primitive),
          x(onednn::borrowed(tile.description.src_desc())),
          y(onednn::borrowed(tile.description.dst_desc())),
          scratchpad(tile.description.scratchpad_desc(), cpu()),
          arguments{{{DNNL_ARG_SRC, x.get()},
                     {DNNL_ARG_WEIGHTS, packed.weights.get()},
                     {DNNL_ARG_BIAS, packed.bias.get()},
                     {DNNL_ARG_DST, y.get()},
                     {DNNL_ARG_SCRATCHPAD, scratchpad.get()}}} {}
    dnnl::matmul primitive;
    dnnl::memory x;
    dnnl::memory y;
    dnnl::memory scratchpad;
    std::array<dnnl_exec_arg_t, 5> arguments;
  };

  State(std::size_t x_width, std::size_t y_width, std::shared_ptr<const Packed> product)
      : in(x_width),
        out(y_width),
        packed(std::move(product)),
        stream(cpu()),
        large(packed->large, *packed) {
    if (packed->small) small.emplace(*packed->small, *packed);
    if (packed->precision == Precision::kBfloat16) rounded.resize(kRowTile * in);
  }

  void run(Call& call, const float* from, std::size_t rows, float* to) {
    if (rounded.empty()) {
      call.x.set_data_handle(const_cast<float*>(from));
    } else {
      round_to_bfloat16({from, rows * in}, {rounded.data(), rows * in});
      call.x.set_data_handle(rounded.data());
    }
    call.y.set_data_handle(to);
    onednn::run(call.primitive, stream, call.arguments);
  }

  std::size_t in;
  std::size_t out;
  std::shared_ptr<const Packed> packed;
  dnnl::stream stream;
  Call large;
  std::optional<Call> small;
  std::vector<std::uint16_t> rounded;  // bfloat16: a tile of x
};

MatrixRunner::MatrixRunner(const MatrixProduct& product)
    : state_(product.packed_ ? std::make_unique<State>(product.in_, product.out_, product.packed_)
                             : nullptr) {}
MatrixRunner::MatrixRunner(MatrixRunner&&) noexcept = default;
MatrixRunner& MatrixRunner::operator=(MatrixRunner&&) noexcept = default;
MatrixRunner::~MatrixRunner() = default;

void MatrixRunner::run(const float* x, std::size_t rows, float* y) {
  DINAS_CHECK(state_ != nullptr);
  State& s = *state_;
  std::size_t first = 0;
  while (first < rows) {
    // Three small tiles take less than a large one, four do not.
    const bool small = s.small && rows - first <= 3 * kSmallTile;
    const std::size_t tile = small ? kSmallTile : kRowTile;
    s.run(small ? *s.small : s.large, x + first * s.in, tile, y + first * s.out);
    first += tile;
  }
}

bool MatrixRunner::small_tiles_agree() {
  State& s = *state_;
  std::vector<float> x(kRowTile * s.in);
  RandomStream stream(0, Purpose::kCheck);
  for (float& v : x) v = static_cast<float>(stream.normal());
  std::vector<float> large(kRowTile * s.out);
  std::vector<float> small(kRowTile * s.out);
  s.run(s.large, x.data(), kRowTile, large.data());
  for (std::size_t first = 0; first < kRowTile; first += kSmallTile) {
    s.run(*s.small, &x[first * s.in], kSmallTile, &small[first * s.out]);
  }
  return std::ranges::equal(large, small);
}

void use_one_thread_per_product() { omp_set_num_threads(1); }

}  // namespace dinas
