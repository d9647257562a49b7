#include "torch/fast_layer.h"

#include <cmath>
#include <vector>

#include "torch/fast_kernels.h"

namespace dinas {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

float* data(const Tensor& t) { return t.data_ptr<float>(); }

// Where the six modulation vectors of a graph start, in units of the width.
enum ModulationPart { kShift1, kScale1, kGate1, kShift2, kScale2, kGate2, kParts };

struct Sizes {
  kernels::Tokens tokens{};
  kernels::Attention attention{};
  std::size_t stride = 0;  // floats per graph of the modulation

  Sizes(const Tensor& x, std::int64_t nodes, std::int64_t heads, bool own_bias) {
    const auto d = static_cast<std::size_t>(x.size(1));
    const auto n = static_cast<std::size_t>(nodes);
    const auto h = static_cast<std::size_t>(heads);
    tokens = {static_cast<std::size_t>(x.size(0)) / n, n, d};
    attention = {tokens.graphs, n, h, d / h, own_bias};
    stride = kParts * d;
  }
  [[nodiscard]] float* part(const Tensor& modulation, ModulationPart which) const {
    return data(modulation) + static_cast<std::size_t>(which) * tokens.width;
  }
};

Tensor sums(const Tensor& x) {
  Tensor out = torch::empty({x.size(1)});
  kernels::column_sums(static_cast<std::size_t>(x.size(0)), static_cast<std::size_t>(x.size(1)),
                       data(x), data(out));
  return out;
}

// A modulated norm and what its backward needs.
struct Norm {
  Tensor normalised;
  Tensor inverse_deviation;
  Tensor out;
};

Norm forward_norm(const Sizes& s, const Tensor& x, const Tensor& modulation, ModulationPart shift,
                  ModulationPart scale) {
  Norm norm{torch::empty_like(x), torch::empty({x.size(0)}), torch::empty_like(x)};
  kernels::modulated_norm(s.tokens, data(x), s.part(modulation, shift), s.part(modulation, scale),
                          s.stride, data(norm.normalised), data(norm.inverse_deviation),
                          data(norm.out));
  return norm;
}

class FusedLayer : public torch::autograd::Function<FusedLayer> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& modulation,
                        const Tensor& bias, const Tensor& qkv_weight, const Tensor& qkv_bias,
                        const Tensor& out_weight, const Tensor& out_bias, const Tensor& in_weight,
                        const Tensor& in_bias, const Tensor& down_weight, const Tensor& down_bias,
                        std::int64_t nodes, std::int64_t heads) {
    const bool own_bias = bias.dim() == 4;
    const Sizes s(x, nodes, heads, own_bias);
    const Norm norm1 = forward_norm(s, x, modulation, kShift1, kScale1);
    const Tensor qkv = torch::addmm(qkv_bias, norm1.out, qkv_weight);
    const Tensor probabilities =
        torch::empty({static_cast<std::int64_t>(s.tokens.graphs), heads, nodes,
                      static_cast<std::int64_t>(s.attention.padded_nodes())});
    const Tensor mixed = torch::empty_like(x);
    kernels::attention(s.attention, data(qkv), data(bias), data(probabilities), data(mixed));
    const Tensor attended = torch::addmm(out_bias, mixed, out_weight);
    const Tensor y = torch::empty_like(x);
    kernels::gated_residual(s.tokens, data(x), data(attended), s.part(modulation, kGate1), s.stride,
                            data(y));

    const Norm norm2 = forward_norm(s, y, modulation, kShift2, kScale2);
    const Tensor hidden = torch::addmm(in_bias, norm2.out, in_weight);
    kernels::relu(static_cast<std::size_t>(hidden.numel()), data(hidden));
    const Tensor fed = torch::addmm(down_bias, hidden, down_weight);
    const Tensor z = torch::empty_like(x);
    kernels::gated_residual(s.tokens, data(y), data(fed), s.part(modulation, kGate2), s.stride,
                            data(z));

    ctx->save_for_backward({x, modulation, qkv_weight, out_weight, in_weight, down_weight,
                            norm1.normalised, norm1.inverse_deviation, norm1.out, qkv,
                            probabilities, mixed, attended, norm2.normalised,
                            norm2.inverse_deviation, norm2.out, hidden, fed});
    ctx->saved_data["nodes"] = nodes;
    ctx->saved_data["heads"] = heads;
    ctx->saved_data["own_bias"] = own_bias;
    return z;
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const torch::NoGradGuard no_grad;
    const auto saved = ctx->get_saved_variables();
    const Tensor &x = saved[0], &modulation = saved[1];
    const Tensor &qkv_weight = saved[2], &out_weight = saved[3], &in_weight = saved[4],
                 &down_weight = saved[5];
    const Norm norm1{saved[6], saved[7], saved[8]};
    const Tensor &qkv = saved[9], &probabilities = saved[10], &mixed = saved[11],
                 &attended = saved[12];
    const Norm norm2{saved[13], saved[14], saved[15]};
    const Tensor &hidden = saved[16], &fed = saved[17];
    const std::int64_t nodes = ctx->saved_data["nodes"].toInt();
    const std::int64_t heads = ctx->saved_data["heads"].toInt();
    const bool own_bias = ctx->saved_data["own_bias"].toBool();
    const Sizes s(x, nodes, heads, own_bias);
    const Tensor dz = gradients[0].contiguous();
    const Tensor dmodulation = torch::empty_like(modulation);

    const Tensor dfed = torch::empty_like(dz);
    kernels::gated_residual_backward(s.tokens, data(dz), data(fed), s.part(modulation, kGate2),
                                     s.stride, data(dfed), s.part(dmodulation, kGate2));
    const Tensor ddown_weight = torch::mm(hidden.t(), dfed);
    const Tensor dhidden = torch::mm(dfed, down_weight.t());
    kernels::relu_backward(static_cast<std::size_t>(hidden.numel()), data(hidden), data(dhidden));
    const Tensor din_weight = torch::mm(norm2.out.t(), dhidden);
    const Tensor dnorm2 = torch::mm(dhidden, in_weight.t());
    const Tensor dy = dz.clone();
    backward_norm(s, dnorm2, norm2, modulation, kShift2, kScale2, dy, dmodulation);

    const Tensor dattended = torch::empty_like(dz);
    kernels::gated_residual_backward(s.tokens, data(dy), data(attended), s.part(modulation, kGate1),
                                     s.stride, data(dattended), s.part(dmodulation, kGate1));
    const Tensor dout_weight = torch::mm(mixed.t(), dattended);
    const Tensor dmixed = torch::mm(dattended, out_weight.t());
    const Tensor dqkv = torch::empty_like(qkv);
    const Tensor dbias = own_bias ? torch::zeros({x.size(0) / nodes, heads, nodes, nodes})
                                  : torch::zeros({heads, nodes, nodes});
    kernels::attention_backward(s.attention, data(dmixed), data(qkv), data(probabilities),
                                data(dqkv), data(dbias));
    const Tensor dqkv_weight = torch::mm(norm1.out.t(), dqkv);
    const Tensor dnorm1 = torch::mm(dqkv, qkv_weight.t());
    const Tensor& dx = dy;  // the residual path's gradient, completed in place
    backward_norm(s, dnorm1, norm1, modulation, kShift1, kScale1, dx, dmodulation);

    return {dx,          dmodulation,     dbias,      dqkv_weight,   sums(dqkv),
            dout_weight, sums(dattended), din_weight, sums(dhidden), ddown_weight,
            sums(dfed),  Tensor(),        Tensor()};
  }

 private:
  static void backward_norm(const Sizes& s, const Tensor& dout, const Norm& norm,
                            const Tensor& modulation, ModulationPart shift, ModulationPart scale,
                            const Tensor& dx, const Tensor& dmodulation) {
    kernels::modulated_norm_backward(s.tokens, data(dout), data(norm.normalised),
                                     data(norm.inverse_deviation), s.part(modulation, scale),
                                     s.stride, data(dx), s.part(dmodulation, shift),
                                     s.part(dmodulation, scale));
  }
};

}  // namespace

Tensor fused_layer(const LayerTensors& t, const LayerShape& shape) {
  return FusedLayer::apply(t.x.contiguous(), t.modulation.contiguous(), t.bias.contiguous(),
                           t.qkv_weight, t.qkv_bias, t.out_weight, t.out_bias, t.in_weight,
                           t.in_bias, t.down_weight, t.down_bias, shape.nodes, shape.heads);
}

Tensor eager_layer(const LayerTensors& t, const LayerShape& shape) {
  const std::int64_t d = t.x.size(1);
  const std::int64_t graphs = t.x.size(0) / shape.nodes;
  const std::int64_t head_width = d / shape.heads;
  const auto part = [&](int which) { return t.modulation.narrow(1, which * d, d).unsqueeze(1); };
  const auto norm = [&](const Tensor& x, int shift, int scale) {
    return (torch::layer_norm(x, {d}) * (1 + part(scale)) + part(shift));
  };
  const Tensor x = t.x.view({graphs, shape.nodes, d});
  const Tensor qkv = torch::matmul(norm(x, kShift1, kScale1), t.qkv_weight) + t.qkv_bias;
  const auto heads = [&](int which) {
    return qkv.narrow(2, which * d, d)
        .view({graphs, shape.nodes, shape.heads, head_width})
        .transpose(1, 2);
  };
  const Tensor scores = torch::matmul(heads(0), heads(1).transpose(2, 3)) /
                            std::sqrt(static_cast<double>(head_width)) +
                        t.bias;
  const Tensor mixed = torch::matmul(torch::softmax(scores, -1), heads(2))
                           .transpose(1, 2)
                           .reshape({graphs, shape.nodes, d});
  const Tensor y = x + (1 + part(kGate1)) * (torch::matmul(mixed, t.out_weight) + t.out_bias);
  const Tensor hidden =
      torch::relu(torch::matmul(norm(y, kShift2, kScale2), t.in_weight) + t.in_bias);
  const Tensor z = y + (1 + part(kGate2)) * (torch::matmul(hidden, t.down_weight) + t.down_bias);
  return z.view({graphs * shape.nodes, d});
}

}  // namespace dinas
