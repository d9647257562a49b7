#include "train/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/hash.h"

namespace dinas {
namespace {

constexpr double kReportSeconds = 0.5;

// Everything a training step can see of the data.
std::uint64_t fingerprint(const TrainingSet& data) {
  std::string bytes = data.space->name();
  for (const Architecture& a : data.architectures) bytes.append(a.begin(), a.end());
  for (const std::uint32_t rank : data.labels.ranks) bytes += fmt::format(",{}", rank);
  for (const MetricDistribution& m : data.metrics) bytes += print_metric_spec(m.spec());
  return hash_bytes(bytes);
}

}  // namespace

ModelConfig planned_config(const TrainOptions& options, const TrainingSet& data) {
  ModelConfig config;
  config.profile = options.profile;
  config.space = data.space->name();
  config.space_definition = data.space->definition();
  config.noise = options.noise;
  config.diffusion_steps = options.diffusion_steps;
  for (const MetricDistribution& m : data.metrics) config.metrics.push_back(m.spec());
  config.denoiser = options.denoiser;
  config.paper = options.paper;
  return config;
}

std::string resume_key(const TrainOptions& o, const TrainingSet& data) {
  const nlohmann::json key = {{"model", to_json(planned_config(o, data))},
                              {"batch", o.batch},
                              {"learning_rate", o.learning_rate},
                              {"weight_decay", o.weight_decay},
                              {"gradient_clip", o.gradient_clip},
                              {"ema_decay", o.ema_decay},
                              {"tail_exponent", o.tail_exponent},
                              {"loss_weights", o.loss_weights},
                              {"max_seconds", o.max_seconds},
                              {"epochs", o.epochs},
                              {"seed", o.seed},
                              {"data", fmt::format("{:016x}", fingerprint(data))}};
  return key.dump();
}

TrainClock::TrainClock(const TrainOptions& options, std::size_t architectures)
    : max_seconds_(options.max_seconds),
      checkpoint_seconds_(options.checkpoint_seconds),
      batch_(options.batch),
      start_(Clock::now()),
      last_report_(start_),
      last_checkpoint_(start_) {
  if (options.epochs > 0) {
    const auto batch = static_cast<std::uint64_t>(options.batch);
    total_steps_ =
        static_cast<std::uint64_t>(options.epochs) * ((architectures + batch - 1) / batch);
  }
}

void TrainClock::restore(std::uint64_t step, double elapsed) {
  step_ = step;
  first_step_ = step;
  earlier_ = elapsed;
}

double TrainClock::seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double TrainClock::elapsed() const { return earlier_ + seconds_since(start_); }

double TrainClock::fraction() const {
  double share = 0.0;
  if (total_steps_ > 0) share = static_cast<double>(step_) / static_cast<double>(total_steps_);
  if (max_seconds_ > 0.0) share = std::max(share, elapsed() / max_seconds_);
  return std::min(share, 1.0);
}

void TrainClock::count_step(double loss) {
  if (!std::isfinite(loss)) {
    throw Error(fmt::format(
        "training diverged at step {}: the loss is not finite; lower --learning-rate", step_ + 1));
  }
  ++step_;
  loss_sum_ += loss;
  ++loss_count_;
}

bool TrainClock::report_due() const { return seconds_since(last_report_) >= kReportSeconds; }

TrainProgress TrainClock::report() {
  TrainProgress progress;
  progress.step = step_;
  progress.loss = loss_count_ > 0 ? loss_sum_ / static_cast<double>(loss_count_) : 0.0;
  progress.graphs_per_second =
      static_cast<double>((step_ - first_step_) * static_cast<std::uint64_t>(batch_)) /
      std::max(1e-9, seconds_since(start_));
  progress.elapsed = elapsed();
  progress.fraction = fraction();
  loss_sum_ = 0.0;
  loss_count_ = 0;
  last_report_ = Clock::now();
  return progress;
}

bool TrainClock::checkpoint_due() const {
  return seconds_since(last_checkpoint_) >= checkpoint_seconds_;
}

void TrainClock::checkpointed() { last_checkpoint_ = Clock::now(); }

void validate(const TrainOptions& o) {
  const auto require = [](bool good, std::string_view text) {
    if (!good) throw UsageError(std::string(text));
  };
  require(o.batch >= 1 && o.batch <= 65536, "--batch must be from 1 to 65536");
  require(o.learning_rate > 0.0 && o.learning_rate <= 1.0,
          "--learning-rate must be above 0 and at most 1");
  require(o.epochs >= 0, "--epochs must be at least 1");
  require(o.max_seconds >= 0.0, "--max-seconds must be above 0");
  require(o.epochs > 0 || o.max_seconds > 0.0,
          "give --epochs, --max-seconds or both, with a value above 0");
  require(std::isfinite(o.max_seconds), "--max-seconds must be a finite number");
  require(o.threads >= 1 && o.threads <= 1024, "--threads must be from 1 to 1024");
  require(o.diffusion_steps >= 1 && o.diffusion_steps <= 100000,
          "--diffusion-steps must be from 1 to 100000");
  for (const double weight : o.loss_weights) {
    require(weight >= 0.001 && weight <= 1000.0,
            "--loss-weight must be from 0.001 to 1000, for every kind of variable");
  }
  const DenoiserConfig& d = o.denoiser;
  require(d.heads >= 1 && d.width % d.heads == 0, "--width must be a multiple of --heads");
  require(d.width >= 8 && d.width <= 4096, "--width must be from 8 to 4096");
  require(d.layers >= 1 && d.layers <= 64, "--layers must be from 1 to 64");
}

}  // namespace dinas
