// The generation engine under Google Benchmark: drawing architectures, and the parts it is made of.
//
//   engine_bench [--model FILE] [--benchmark_filter=REGEX and the like]
//
// Without --model an untrained default model of NAS-Bench-201 with seven metrics: the time does not
// depend on weights, except that how often states coincide does.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "engine/fast.h"
#include "engine/isa.h"
#include "engine/product_rate.h"
#include "engine/vector_kernels.h"
#include "model/model_check.h"
#include "processor_time.h"
#include "sample/sampler.h"
#include "support/random_model.h"

namespace dinas {
namespace {

using benchmark::Counter;

// False, and the benchmark says why, where the processor has no such products.
bool can_run(Precision precision, benchmark::State& state) {
  if (precision == Precision::kFloat32 || has_bfloat16()) return true;
  state.SkipWithError("skipped: this processor has no bfloat16 products");
  return false;
}

// Operations a second of products alone, measured once.
double rate_of(Precision precision, int threads) {
  static std::map<std::pair<Precision, int>, double> rates;
  const auto [rate, fresh] = rates.try_emplace({precision, threads});
  if (fresh) rate->second = product_rate(precision, threads);
  return rate->second;
}

double wall_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

/// What is drawn from.
struct Subject {
  Model model;
  std::shared_ptr<const Space> space;

  [[nodiscard]] std::unique_ptr<FastDenoiser> denoiser(Precision precision) const {
    return make_fast_denoiser(model, *space, {.precision = precision, .savings = {}});
  }
  [[nodiscard]] ReverseProcess process() const {
    return {model.config.noise, Schedule(model.config.diffusion_steps), model.marginals};
  }
};

Subject subject_of(const std::string& file) {
  if (!file.empty()) {
    Model model = load_model(file);
    if (model.config.profile != Profile::kFast) {
      throw UsageError(file + " is a model of the paper profile: expected one of the fast profile");
    }
    auto space = space_of(model.config);
    return {std::move(model), std::move(space)};
  }
  auto space = find_space("nasbench201");
  return {random_model({}, space->skeleton(), 7), space};
}

// What is drawn; the default is the middle of every range.
struct Drawing {
  std::size_t batch = 1024;
  int threads = 1;
  Precision precision = Precision::kFloat32;
  bool guided = true;
  double top = 0.5;  // bound on the first metric
  int steps = 0;     // network calls an architecture; 0: the default number

  [[nodiscard]] std::string name() const {
    return fmt::format("draw/batch:{}/threads:{}/{}/{}/top:{:g}%{}", batch, threads,
                       precision_name(precision), guided ? "guided" : "unguided", 100.0 * top,
                       steps == 0 ? std::string() : fmt::format("/calls:{}", steps));
  }
  [[nodiscard]] SampleOptions options() const {
    SampleOptions result;
    result.count = result.batch = batch;
    result.threads = threads;
    result.steps = steps;
    result.guidance.weight = guided ? 2.0 : 0.0;
    return result;
  }
};

void draw(benchmark::State& state, const Subject& subject, const Drawing& drawing) {
  if (!can_run(drawing.precision, state)) return;
  const auto denoiser = subject.denoiser(drawing.precision);
  const ReverseProcess process = subject.process();
  Condition condition(subject.model.config.metrics.size(), kOpen);
  if (!condition.empty()) condition[0] = static_cast<float>(std::log(drawing.top));
  SampleOptions options = drawing.options();
  const auto now = drawing.threads == 1 ? processor_seconds : wall_seconds;
  const double start = now();
  for (auto _ : state) {
    ++options.seed;
    benchmark::DoNotOptimize(
        draw_architectures(subject.space->skeleton(), *denoiser, process, condition, options));
  }
  const double seconds = now() - start;
  const auto drawn = static_cast<double>(drawing.batch) * static_cast<double>(state.iterations());
  const double flop = 2.0 * static_cast<double>(denoiser->work().multiply_adds);
  state.counters["arch"] = Counter(drawn, Counter::kIsRate);
  state.counters["time/arch"] = Counter(drawn, Counter::kIsRate | Counter::kInvert);
  state.counters["flop"] = Counter(flop, Counter::kIsRate);
  state.counters["of_products"] = flop / seconds / rate_of(drawing.precision, drawing.threads);
}

// Processor time on one thread, which a busy machine disturbs least; wall time on several.
void register_drawing(const Subject& subject, const Drawing& drawing) {
  auto* registered = benchmark::RegisterBenchmark(
      drawing.name().c_str(),
      [&subject, drawing](benchmark::State& state) { draw(state, subject, drawing); });
  registered->Unit(benchmark::kMicrosecond);
  if (drawing.threads > 1) registered->UseRealTime()->MeasureProcessCPUTime();
}

void register_drawings(const Subject& subject) {
  for (const Precision precision : {Precision::kFloat32, Precision::kBfloat16}) {
    for (const int threads : {1, 2}) {
      for (const std::size_t batch : {1U, 64U, 1024U, 16384U}) {
        for (const bool guided : {true, false}) {
          register_drawing(subject, {batch, threads, precision, guided});
        }
      }
    }
  }
  Drawing tight{.top = 0.01};
  for (const std::size_t batch : {1U, 64U, 1024U, 16384U}) {
    tight.batch = batch;
    register_drawing(subject, tight);
  }
  // Under mask noise every number of calls up to one per variable.
  const int variables = subject.space->skeleton().variable_count();
  for (const int steps : std::set<int>{1, 2, 3, variables}) {
    if (steps <= variables) register_drawing(subject, {.steps = steps});
  }
}

std::vector<float> random_floats(std::size_t count) {
  RandomStream stream(1, Purpose::kCheck);
  std::vector<float> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(static_cast<float>(stream.normal()));
  return result;
}

struct Shape {
  std::string_view name;
  std::size_t in, out;
  Activation activation = Activation::kNone;
};

// The products of a layer of the default model.
constexpr Shape kShapes[] = {{"query", 64, 64},
                             {"key_value", 64, 128},
                             {"feed_in", 64, 256, Activation::kRelu},
                             {"feed_out", 256, 64},
                             {"edge", 32, 32}};

void multiply(benchmark::State& state, const Shape& shape, std::size_t rows, Precision precision) {
  if (!can_run(precision, state)) return;
  use_one_thread_per_product();
  const auto weight = random_floats(shape.in * shape.out);
  const auto bias = random_floats(shape.out);
  const MatrixProduct product(shape.in, shape.out, weight, bias, precision, shape.activation);
  MatrixRunner runner(product);
  const auto x = random_floats(padded_rows(rows) * shape.in);
  std::vector<float> y(padded_rows(rows) * shape.out);
  for (auto _ : state) {
    runner.run(x.data(), rows, y.data());
    benchmark::DoNotOptimize(y.data());
  }
  state.counters["flop"] = Counter(2.0 * static_cast<double>(rows * shape.in * shape.out),
                                   Counter::kIsIterationInvariantRate);
}

// Every node of a graph asks, with the default model's heads.
void attend_all(benchmark::State& state) {
  constexpr std::size_t kHeads = 4;
  constexpr std::size_t kHeadWidth = 16;
  constexpr std::size_t kWidth = kHeads * kHeadWidth;
  const auto nodes = static_cast<std::size_t>(state.range(0));
  const auto x = random_floats(3 * nodes * kWidth);
  std::vector<float> found(nodes * kWidth);
  std::vector<float> bias(kHeads * nodes * padded_nodes(nodes), kNoAttention);
  for (std::size_t i = 0; i < kHeads * nodes; ++i) {
    std::fill_n(&bias[i * padded_nodes(nodes)], nodes, 0.0F);
  }
  std::vector<const float*> keys, values, queries;
  std::vector<float*> out;
  std::vector<int> asking;
  for (std::size_t i = 0; i < nodes; ++i) {
    queries.push_back(&x[3 * i * kWidth]);
    keys.push_back(queries.back() + kWidth);
    values.push_back(keys.back() + kWidth);
    out.push_back(&found[i * kWidth]);
    asking.push_back(static_cast<int>(i));
  }
  std::vector<float> scratch(attention_scratch(nodes, kHeadWidth));
  const Attention attention{nodes,       kHeads,        kHeadWidth, 0.25F,
                            keys.data(), values.data(), bias.data()};
  for (auto _ : state) {
    attend(attention, asking, queries.data(), out.data(), scratch.data());
    benchmark::DoNotOptimize(found.data());
  }
  state.counters["flop"] = Counter(4.0 * static_cast<double>(nodes * nodes * kWidth),
                                   Counter::kIsIterationInvariantRate);
}

void norm_tile(benchmark::State& state) {
  const auto width = static_cast<std::size_t>(state.range(0));
  const auto x = random_floats(kRowTile * width);
  const auto modulation = random_floats(2 * width);
  const std::vector<const float*> codes(kRowTile, modulation.data());
  std::vector<float> out(kRowTile * width);
  for (auto _ : state) {
    modulated_norm(x.data(), kRowTile, width, codes.data(), 0, out.data());
    benchmark::DoNotOptimize(out.data());
  }
  state.counters["entries"] =
      Counter(static_cast<double>(kRowTile * width), Counter::kIsIterationInvariantRate);
}

void register_parts() {
  for (const Precision precision : {Precision::kFloat32, Precision::kBfloat16}) {
    for (const Shape& shape : kShapes) {
      for (const std::size_t rows : {std::size_t{16}, kRowTile}) {
        const std::string name = fmt::format("product/{}:{}x{}/rows:{}/{}", shape.name, shape.in,
                                             shape.out, rows, precision_name(precision));
        benchmark::RegisterBenchmark(name.c_str(), multiply, shape, rows, precision);
      }
    }
  }
  benchmark::RegisterBenchmark("attend/nodes", attend_all)->Arg(8)->Arg(24)->Arg(102);
  benchmark::RegisterBenchmark("modulated_norm/64_rows/width", norm_tile)->Arg(64)->Arg(256);
}

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  CLI::App app("The generation engine; other options are those of Google Benchmark");
  std::string file;
  app.add_option("--model", file, "a trained model of the fast profile");
  app.allow_extras();
  CLI11_PARSE(app, argc, argv);
  std::vector<std::string> rest = app.remaining();
  std::vector<char*> arguments{argv[0]};
  for (std::string& text : rest) arguments.push_back(text.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
  try {
    const dinas::Subject subject = dinas::subject_of(file);
    dinas::register_drawings(subject);
    dinas::register_parts();
    benchmark::AddCustomContext("model", file.empty() ? "untrained, nasbench201" : file);
    benchmark::AddCustomContext("instructions", dinas::isa_report());
    benchmark::RunSpecifiedBenchmarks();
  } catch (const dinas::Error& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
  return 0;
}
