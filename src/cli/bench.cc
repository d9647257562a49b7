#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/parallel.h"
#include "cli/bench_plan.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/request.h"
#include "engine/isa.h"
#include "engine/product_rate.h"
#include "engine/reference.h"
#include "model/model_check.h"

namespace dinas {
namespace {

constexpr double kSecondsPerCase = 0.4;
constexpr double kLongestDraw = 20.0;  // seconds: a case that would take longer is left out
constexpr int kFewestDraws = 3;

struct Measured {
  double us = 0.0;                   // an architecture, median over the draws
  std::optional<double> gflops;      // that the fast engine executed
  std::optional<double> peak_share;  // of what products alone reach, measured beside it
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

class Bench {
 public:
  Bench(const BenchOptions& options, const Model& model, Runtime& runtime)
      : model_(model),
        space_(space_of(model.config)),
        process_{model.config.noise, Schedule(model.config.diffusion_steps), model.marginals},
        runtime_(runtime) {
    SamplingOptions sampling;
    sampling.seed = options.seed;
    sample_ = sample_options(sampling, model);
    std::vector<std::string> where = options.where;
    if (where.empty() && !model.metrics.empty()) {
      where.push_back(model.metrics.front().spec().name + " top 1%");
    }
    for (const std::string& text : where) where_ += (where_.empty() ? "" : ", ") + text;
    bounds_ = resolve_bounds(parse_bounds(where), model.metrics);
  }

  [[nodiscard]] const Space& space() const { return *space_; }
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] int most_steps() const {
    return process_.noise == Noise::kMask ? space_->skeleton().variable_count()
                                          : model_.config.diffusion_steps;
  }
  /// Of a case that asks for none: see SampleOptions::steps.
  [[nodiscard]] int default_steps() const {
    return process_.noise == Noise::kMask ? most_steps() : std::min(50, most_steps());
  }

  /// Nothing where a draw would take longer than anybody waits.
  std::optional<Measured> measure(const BenchCase& c) {
    const auto fast = c.engine == EngineKind::kFast
                          ? make_fast_denoiser(model_, *space_, {c.precision, c.engine_savings})
                          : nullptr;
    const auto slow = fast ? nullptr : make_slow(c);
    const Denoiser& denoiser = fast ? static_cast<const Denoiser&>(*fast) : *slow;
    const double us_estimate = draw(denoiser, c, std::min<std::size_t>(c.batch, 64), 0);
    if (us_estimate * 1e-6 * static_cast<double>(c.batch) > kLongestDraw) return std::nullopt;
    const double peak = product_rate(c.precision, c.threads);
    std::vector<double> us;
    EngineWork work = fast ? fast->work() : EngineWork{};
    const auto before = work.multiply_adds;
    const auto start = std::chrono::steady_clock::now();
    double spent = 0.0;
    std::uint64_t seed = 1;
    while (us.size() < kFewestDraws || seconds_since(start) < kSecondsPerCase) {
      us.push_back(draw(denoiser, c, c.batch, seed++));
      spent += us.back() * 1e-6 * static_cast<double>(c.batch);
      if (seconds_since(start) > kLongestDraw) break;
    }
    Measured result;
    if (fast) {
      work = fast->work();
      result.gflops = 2e-9 * static_cast<double>(work.multiply_adds - before) / spent;
      result.peak_share = *result.gflops * 1e9 / peak;
    }
    std::ranges::nth_element(us, us.begin() + static_cast<std::ptrdiff_t>(us.size() / 2));
    result.us = us[us.size() / 2];
    return result;
  }

 private:
  // Microseconds an architecture of one draw.
  double draw(const Denoiser& denoiser, const BenchCase& c, std::size_t count, std::uint64_t seed) {
    SampleOptions sample = sample_;
    sample.count = count;
    sample.batch = c.batch;
    sample.threads = c.threads;
    sample.steps = c.steps;
    sample.seed = sample_.seed + seed;
    sample.savings = c.sample_savings;
    if (!c.guided) sample.guidance.weight = 0.0;
    Condition condition = make_condition(bounds_, model_.metrics.size());
    if (!c.tight) {
      for (float& entry : condition) entry = std::isnan(entry) ? entry : 0.0F;
    }
    const auto start = std::chrono::steady_clock::now();
    draw_architectures(space_->skeleton(), denoiser, process_, condition, sample);
    return seconds_since(start) * 1e6 / static_cast<double>(count);
  }

  std::unique_ptr<Denoiser> make_slow(const BenchCase& c) {
    if (c.engine == EngineKind::kReference) return make_reference_denoiser(model_, *space_);
    return runtime_.make_torch_denoiser(model_, *space_, c.threads);
  }

  const Model& model_;
  std::shared_ptr<const Space> space_;
  ReverseProcess process_;
  Runtime& runtime_;
  SampleOptions sample_;
  std::vector<Bound> bounds_;
  std::string where_;
};

nlohmann::json row_json(const BenchCase& c, const Measured& m, const std::string& where) {
  const auto number = [](const std::optional<double>& x) {
    return x ? nlohmann::json(*x) : nlohmann::json();
  };
  return {{"engine", engine_name(c.engine)},
          {"batch", c.batch},
          {"threads", c.threads},
          {"guided", c.guided},
          {"dtype", c.engine == EngineKind::kReference ? "f64" : precision_name(c.precision)},
          {"dedup", c.sample_savings.equal_states},
          {"where", c.tight ? where : "everything"},
          {"steps", c.steps},
          {"without", c.without},
          {"us_per_architecture", m.us},
          {"gflops", number(m.gflops)},
          {"peak_share", number(m.peak_share)}};
}

std::string row_text(const nlohmann::json& row) {
  const auto number = [&](const char* name, int digits) {
    return row[name].is_null() ? std::string("-")
                               : fmt::format("{:.{}f}", row[name].get<double>(), digits);
  };
  return fmt::format("{:<10}{:<6}{:>7}{:>9}{:>8}{:>7}  {:<9}{:>12}{:>9}{:>7}  {}\n",
                     row["engine"].get<std::string>(), row["dtype"].get<std::string>(),
                     row["batch"].get<std::size_t>(), row["threads"].get<int>(),
                     row["guided"].get<bool>() ? "yes" : "no", row["steps"].get<int>(),
                     row["where"] == "everything" ? "loose" : "tight",
                     number("us_per_architecture", 1), number("gflops", 0), number("peak_share", 2),
                     row["without"].get<std::string>());
}

}  // namespace

void run_bench(const BenchOptions& options, Runtime& runtime, Console& console) {
  check_outputs({options.json}, {options.model});
  const Model model = load_model(options.model);
  if (model.config.profile == Profile::kPaper) {
    throw UsageError(
        "bench measures the engines of the fast profile, but this model is of the paper profile: "
        "time it with bench/baseline_pytorch.py or 'dinas generate'");
  }
  Bench bench(options, model, runtime);
  if (options.torch) (void)runtime.make_torch_denoiser(model, bench.space(), 1);
  const int threads = options.threads > 0 ? options.threads : available_threads();
  const auto nominal = make_fast_denoiser(model, bench.space())->nominal_multiply_adds();
  const std::string head =
      fmt::format("{}, {} noise, {:.3f} M multiply-adds a forward\n{}, {} threads; tight: {}\n",
                  model.config.space, noise_name(model.config.noise),
                  static_cast<double>(nominal) * 1e-6, isa_report(), threads, bench.where());
  console.result(head);
  console.result(fmt::format("{:<10}{:<6}{:>7}{:>9}{:>8}{:>7}  {:<9}{:>12}{:>9}{:>7}  {}\n",
                             "engine", "dtype", "batch", "threads", "guided", "steps", "bounds",
                             "us/arch", "GFLOP/s", "peak", "without"));
  nlohmann::json rows = nlohmann::json::array();
  for (const BenchCase& c :
       bench_cases(threads, model.config, bench.most_steps(), has_bfloat16(), options.torch)) {
    const auto measured = bench.measure(c);
    if (!measured) continue;
    BenchCase shown = c;
    if (shown.steps == 0) shown.steps = bench.default_steps();
    rows.push_back(row_json(shown, *measured, bench.where()));
    console.result(row_text(rows.back()));
  }
  if (options.json.empty()) return;
  const nlohmann::json out = {{"model", model_id(options.model)},
                              {"space", model.config.space},
                              {"isa", isa_report()},
                              {"multiply_adds", nominal},
                              {"rows", rows}};
  write_file(options.json, out.dump(2) + "\n");
}

}  // namespace dinas
