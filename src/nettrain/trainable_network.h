// An image network that can be trained on one thread: weights, forward and backward pass over the
// layer list. Needs no libtorch, and is several times faster than it on small networks.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "nettrain/layer_shapes.h"
#include "network/image_network.h"
#include "network/weights.h"

namespace dinas::nettrain {

/// How convolution and linear weights start: uniform with standard deviation sqrt(2 / fan in)
/// (He et al. 2015, what a layer in front of a ReLU needs) or sqrt(1 / 3 / fan in), the default of
/// PyTorch's layers. BatchNorm starts as the identity; the bias of a linear layer is zero and
/// uniform within sqrt(1 / fan in).
enum class Initialiser { kKaiming, kDefault };

/// Where the numbers of a layer are in the flat arrays.
struct LayerNumbers {
  std::size_t weight = 0;       // convolution [k, k, in / groups, out], linear [in, out] with the
  std::size_t weight_size = 0;  // input in the order height, width, channels; BatchNorm [c]
  std::size_t bias = 0;         // linear [out], BatchNorm [c]
  std::size_t bias_size = 0;
  std::size_t statistics = 0;  // BatchNorm: running mean [c], then running variance [c]
};

/// All images are [count, height, width, channels] floats. Equal layers of one input are computed
/// once. Not for several threads at once.
class TrainableNetwork {
 public:
  /// Room for `most_images` at once. Throws UsageError on a convolution with groups that are
  /// neither 1 nor one a channel.
  TrainableNetwork(ImageNetwork network, std::size_t most_images, std::uint64_t seed,
                   Initialiser initialiser);
  TrainableNetwork(const TrainableNetwork&) = delete;
  TrainableNetwork& operator=(const TrainableNetwork&) = delete;

  struct Pass {
    bool training = false;            // BatchNorm by the batch, running statistics move
    bool auxiliary = false;           // compute the second classifier too
    double drop_path = 0;             // probability that a path is left out of an image, below 1
    RandomStream* random = nullptr;   // draws what is left out; needed where drop_path > 0
    float statistics_momentum = .1F;  // weight of the batch in the running statistics
  };
  /// The first `count` images of input().
  void forward(std::size_t count, const Pass& pass);
  /// After a training pass: adds to gradients() what the gradients of the logits lead to, which
  /// the caller has put into logit_gradients() (and auxiliary_gradients()).
  void backward();

  /// [most_images, height, width, channels]
  [[nodiscard]] std::span<float> input() { return outputs_.front(); }
  /// [count, classes]
  [[nodiscard]] std::span<const float> logits() const;
  [[nodiscard]] std::span<const float> auxiliary_logits() const;
  [[nodiscard]] std::span<float> logit_gradients();
  [[nodiscard]] std::span<float> auxiliary_gradients();
  /// What a layer put out in the last pass, [count, height, width, channels].
  [[nodiscard]] std::span<const float> output(std::size_t layer) const;

  /// After the sharing of equal layers; indices as in the network given.
  [[nodiscard]] const ImageNetwork& network() const { return network_; }
  [[nodiscard]] const std::vector<LayerNumbers>& numbers() const { return numbers_; }
  /// All that training moves, its gradient, and BatchNorm's running statistics.
  [[nodiscard]] std::vector<float>& parameters() { return parameters_; }
  [[nodiscard]] std::vector<float>& gradients() { return gradients_; }
  [[nodiscard]] std::vector<float>& statistics() { return statistics_; }
  /// A copy in the order of the file network/weights.h, for network() and the network given.
  [[nodiscard]] NetworkWeights weights() const;

 private:
  struct Moments {
    std::vector<float> mean;
    std::vector<float> inverse;
  };

  void lay_out(std::uint64_t seed, Initialiser initialiser);
  [[nodiscard]] std::size_t size_of(std::size_t layer) const;
  [[nodiscard]] const float* in(std::size_t layer, std::size_t which = 0) const;
  // The gradient of an input, and whether it has to be added to; from then on it has.
  float* gradient_of(int layer, bool& add);
  // The same, set to zero where nothing has been added yet.
  float* cleared_gradient_of(int layer);

  // Calls body(image with its margin, offset of its output) for every image of the pass.
  template <typename Body>
  void for_placed_inputs(std::size_t layer, const Body& body) {
    const Layer& own = network_.layers[layer];
    const Placement place = forward_placement(network_, own);
    const std::size_t size = number_count(input_shape(network_, own));
    placed_.resize(std::max(placed_.size(), placed_numbers(place)));
    for (std::size_t image = 0; image < count_; ++image) {
      const float* x = in(layer) + image * size;
      if (own.padding > 0) place_image(x, place, placed_.data());
      body(own.padding > 0 ? placed_.data() : x, image * number_count(own.shape));
    }
  }
  template <typename Body>
  void for_spread_gradients(std::size_t layer, const float* dout, float* dx, const Body& body);

  void compute(std::size_t layer);
  void convolve(std::size_t layer);
  void pool(std::size_t layer);
  void normalise(std::size_t layer);
  void join(std::size_t layer);
  void cut(std::size_t layer);
  void average_all(std::size_t layer);
  void apply_linear(std::size_t layer);
  void drop_paths(std::size_t layer);

  void propagate(std::size_t layer);
  void propagate_convolution(std::size_t layer);
  void add_kernel_gradient(std::size_t layer);
  void turn_kernel(std::size_t layer);
  void propagate_average_pool(std::size_t layer);
  void propagate_max_pool(std::size_t layer);
  void propagate_norm(std::size_t layer);
  void propagate_join(std::size_t layer);
  void propagate_cut(std::size_t layer);
  void propagate_average(std::size_t layer);
  void propagate_linear(std::size_t layer);
  void propagate_drop_paths(std::size_t layer);

  ImageNetwork network_;
  std::size_t most_images_;
  std::size_t count_ = 0;  // images of the last pass
  Pass pass_;
  std::vector<LayerNumbers> numbers_;
  std::vector<bool> needed_;                      // [layers] by the last pass
  std::vector<bool> reached_;                     // [layers] has a gradient
  std::vector<std::vector<float>> outputs_;       // [layers]
  std::vector<std::vector<float>> output_grads_;  // [layers], made by the first backward()
  std::vector<Moments> moments_;                  // [layers] BatchNorm: of the last batch
  std::vector<std::vector<float>> kept_paths_;    // [layers] drop path: factor of every image
  std::vector<float> parameters_, gradients_, statistics_;
  std::vector<float> placed_, turned_;  // scratch: an image with its margin, a kernel turned around
};

}  // namespace dinas::nettrain
