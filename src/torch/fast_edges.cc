#include "torch/fast_edges.h"

#include "torch/fast_kernels.h"

namespace dinas {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

float* data(const Tensor& t) { return t.data_ptr<float>(); }

kernels::Pairs pairs_of(const PairIndex& index, std::int64_t pair_rows) {
  return {static_cast<std::size_t>(pair_rows / index.pairs()),
          static_cast<std::size_t>(index.nodes), index.from.size(), index.from.data(),
          index.to.data()};
}

// The index outlives every graph of a step: it belongs to the network.
const PairIndex& index_of(AutogradContext* ctx) {
  return *reinterpret_cast<const PairIndex*>(ctx->saved_data["index"].toInt());
}

class JoinPairs : public torch::autograd::Function<JoinPairs> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& source,
                        const Tensor& target, std::int64_t index) {
    ctx->saved_data["index"] = index;
    const Tensor out = x.clone();
    kernels::join_pairs(pairs_of(index_of(ctx), x.size(0)), static_cast<std::size_t>(x.size(1)),
                        data(source), data(target), data(out));
    ctx->save_for_backward({out});
    return out;
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const torch::NoGradGuard no_grad;
    const PairIndex& index = index_of(ctx);
    const Tensor out = ctx->get_saved_variables()[0];
    const Tensor dx = gradients[0].clone(torch::MemoryFormat::Contiguous);
    const std::int64_t nodes = out.size(0) / index.pairs() * index.nodes;
    const Tensor dsource = torch::zeros({nodes, out.size(1)});
    const Tensor dtarget = torch::zeros({nodes, out.size(1)});
    kernels::join_pairs_backward(pairs_of(index, out.size(0)),
                                 static_cast<std::size_t>(out.size(1)), data(out), data(dx),
                                 data(dsource), data(dtarget));
    return {dx, dsource, dtarget, Tensor()};
  }
};

class PairBias : public torch::autograd::Function<PairBias> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& fixed, const Tensor& x,
                        std::int64_t index) {
    ctx->saved_data["index"] = index;
    const kernels::Pairs pairs = pairs_of(index_of(ctx), x.size(0));
    const Tensor out = torch::empty(
        {static_cast<std::int64_t>(pairs.graphs), fixed.size(0), fixed.size(1), fixed.size(2)});
    kernels::pair_bias(pairs, static_cast<std::size_t>(fixed.size(0)), data(fixed), data(x),
                       data(out));
    return out;
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    const torch::NoGradGuard no_grad;
    const PairIndex& index = index_of(ctx);
    const Tensor dout = gradients[0].contiguous();
    const std::int64_t heads = dout.size(1);
    const Tensor dfixed = torch::zeros({heads, index.nodes, index.nodes});
    const Tensor dx = torch::empty({dout.size(0) * index.pairs(), 2 * heads});
    kernels::pair_bias_backward(pairs_of(index, dx.size(0)), static_cast<std::size_t>(heads),
                                data(dout), data(dfixed), data(dx));
    return {dfixed, dx, Tensor()};
  }
};

}  // namespace

PairIndex::PairIndex(const EdgeLayout& layout, std::int64_t node_count) : nodes(node_count) {
  for (const auto& [source, target] : layout.pairs()) {
    from.push_back(source);
    to.push_back(target);
  }
}

Tensor join_pairs(const Tensor& x, const Tensor& source, const Tensor& target,
                  const PairIndex& index) {
  return JoinPairs::apply(x.contiguous(), source.contiguous(), target.contiguous(),
                          reinterpret_cast<std::int64_t>(&index));
}

Tensor pair_bias(const Tensor& fixed, const Tensor& x, const PairIndex& index) {
  return PairBias::apply(fixed.contiguous(), x.contiguous(),
                         reinterpret_cast<std::int64_t>(&index));
}

}  // namespace dinas
