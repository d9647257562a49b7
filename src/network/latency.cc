#include "network/latency.h"

#include <cstddef>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "network/macro.h"
#include "space/nasbench201.h"

namespace dinas {
namespace {

constexpr std::uint64_t kSeed = 1;

ImageNetwork reference_network() {
  const Architecture cell = {kOpConv3x3, kOpSkip, kOpConv1x1, kOpSkip, kOpAvgPool, kOpConv1x1};
  return build_network(*make_nasbench201(), cell, {});
}

std::vector<float> random_images(std::size_t numbers) {
  RandomStream stream(kSeed, Purpose::kCheck);
  std::vector<float> images(numbers);
  for (float& v : images) v = static_cast<float>(2.0 * stream.uniform() - 1.0);
  return images;
}

}  // namespace

LatencyMeter::Runner::Runner(const ImageNetwork& network, const InferenceOptions& options)
    : inference_(network, random_weights(network, kSeed), options),
      images_(random_images(static_cast<std::size_t>(network.input_shape().numbers()) *
                            static_cast<std::size_t>(options.batch))),
      logits_(static_cast<std::size_t>(network.classes()) *
              static_cast<std::size_t>(options.batch)) {}

LatencyMeter::LatencyMeter(const LatencyOptions& options, Clock clock)
    : options_(options),
      clock_(std::move(clock)),
      reference_(reference_network(), options.inference) {
  if (!clock_) clock_ = options.inference.threads == 1 ? thread_seconds : steady_seconds;
  if (options_.reference_ms > 0.0) return;
  options_.reference_ms = calibrate([this] { reference_.run(); }, options_.timing, clock_);
}

Timing LatencyMeter::measure(const ImageNetwork& network) {
  Runner candidate(network, options_.inference);
  return time_beside([&] { candidate.run(); }, [this] { reference_.run(); }, options_.reference_ms,
                     options_.timing, clock_);
}

}  // namespace dinas
