// dinas inspect --check: every engine that this machine can run against the reference. A process
// chooses its instruction set once, so every engine runs in a child of its own, forked while this
// process has neither engines nor threads.
#include "engine/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <new>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/parallel.h"
#include "cli/child_process.h"
#include "cli/commands.h"
#include "engine/fast.h"
#include "engine/reference.h"
#include "model/model_check.h"

namespace dinas {
namespace {

constexpr std::int64_t kMostStates = 1'000'000;

struct Engine {
  std::string name;
  double tolerance = 0.0;
  int workers = 1;
  std::function<std::unique_ptr<Denoiser>()> make;  // null where this processor cannot run it
  std::function<std::string()> instructions;        // that it uses, once made
};

// What a child says of its engine.
struct EngineAnswer {
  bool ran = false;
  char instructions[256] = {};
  Differences differences;
};

struct Result {
  Engine engine;
  EngineAnswer answer;

  [[nodiscard]] bool passed() const {
    return answer.differences.worst_relative <= engine.tolerance;
  }
};

Engine fast_engine(const Model& model, const Space& space, Isa isa, bool limit,
                   Precision precision) {
  const bool single = precision == Precision::kFloat32;
  Engine engine;
  engine.name = fmt::format("{} {}", single ? "fp32" : "bf16", isa_name(isa));
  engine.tolerance = single ? kFloatTolerance : kBfloat16Tolerance;
  engine.workers = available_threads();
  engine.make = [=, &model, &space]() -> std::unique_ptr<Denoiser> {
    if (limit) limit_isa(isa);
    if (!single && !has_bfloat16()) return nullptr;
    return make_fast_denoiser(model, space, {.precision = precision, .savings = {}});
  };
  engine.instructions = isa_report;
  return engine;
}

Engine torch_engine(const Model& model, const Space& space, Runtime& runtime) {
  Engine engine;
  engine.name = "libtorch";
  engine.tolerance = kTorchTolerance;
  engine.make = [&] { return runtime.make_torch_denoiser(model, space, available_threads()); };
  engine.instructions = [&] { return runtime.backend(available_threads()).description; };
  return engine;
}

// All that may run here, or with a forced instruction set what may run on that.
std::vector<Engine> engines_of(const Model& model, const Space& space,
                               std::optional<Isa> forced_isa, bool torch, Runtime& runtime) {
  const std::vector<Isa> isas = forced_isa ? std::vector{*forced_isa} : available_isas();
  std::vector<Engine> engines;
  for (const Isa isa : isas) {
    engines.push_back(fast_engine(model, space, isa, !forced_isa, Precision::kFloat32));
  }
  engines.push_back(fast_engine(model, space, isas.back(), !forced_isa, Precision::kBfloat16));
  if (torch) engines.push_back(torch_engine(model, space, runtime));
  return engines;
}

EngineAnswer ask(const Engine& engine, const Skeleton& skeleton, const CheckInputs& inputs,
                 std::span<const double> expected) {
  const SharedMemory memory(sizeof(EngineAnswer));
  auto* answer = new (memory.data()) EngineAnswer;
  run_in_child(engine.name, [&] {
    const auto denoiser = engine.make();
    if (!denoiser) return;
    const auto logits = check_logits(*denoiser, skeleton, inputs, engine.workers);
    answer->differences = compare_logits(skeleton, expected, logits);
    const std::string instructions = engine.instructions();
    instructions.copy(answer->instructions, sizeof answer->instructions - 1);
    answer->ran = true;
  });
  return *answer;
}

std::vector<Result> compare_engines(const Model& model, const Space& space,
                                    std::vector<Engine> engines, std::size_t states,
                                    Console& console) {
  const Skeleton& skeleton = space.skeleton();
  const CheckInputs inputs = random_check_inputs(skeleton, model.config.metrics.size(), states);
  const std::size_t count = states * static_cast<std::size_t>(skeleton.total_values());
  const SharedMemory memory(count * sizeof(double));
  const std::span expected(static_cast<double*>(memory.data()), count);
  console.progress("check  reference");
  run_in_child("reference", [&] {
    std::ranges::copy(
        check_logits(*make_reference_denoiser(model, space), skeleton, inputs, available_threads()),
        expected.begin());
  });
  std::vector<Result> results;
  for (Engine& engine : engines) {
    console.progress("check  " + engine.name);
    const EngineAnswer answer = ask(engine, skeleton, inputs, expected);
    if (answer.ran) results.push_back({std::move(engine), answer});
  }
  return results;
}

std::string decade_name(std::size_t decade) {
  if (decade + 1 == kDecades) return "more";
  return decade + 2 == kDecades ? "<1" : fmt::format("<1e-{}", kDecades - 2 - decade);
}

std::string print_table(const std::vector<Result>& results, std::size_t states) {
  const Differences& any = results.front().answer.differences;
  std::string text = fmt::format("{} states, {} logits of up to {:.3g}\n\n", states, any.logits,
                                 any.largest_logit);
  text += fmt::format("{:<14}{:>10}{:>10}{:>11}  {:<6}  {}\n", "engine", "absolute", "relative",
                      "tolerance", "", "ran on");
  for (const Result& r : results) {
    const Differences& d = r.answer.differences;
    text += fmt::format("{:<14}{:>10.2e}{:>10.2e}{:>11g}  {:<6}  {}\n", r.engine.name,
                        d.worst_absolute, d.worst_relative, r.engine.tolerance,
                        r.passed() ? "ok" : "beyond", r.answer.instructions);
  }
  text += fmt::format("\n{:<14}", "logits off by");
  for (std::size_t i = 0; i < kDecades; ++i) text += fmt::format("{:>9}", decade_name(i));
  for (const Result& r : results) {
    text += fmt::format("\n{:<14}", r.engine.name);
    for (const std::uint64_t n : r.answer.differences.decades) text += fmt::format("{:>9}", n);
  }
  return text + "\n";
}

// A difference that is not finite is null in JSON.
std::string print_json(const std::vector<Result>& results, const std::string& id,
                       std::size_t states) {
  nlohmann::json engines = nlohmann::json::array();
  for (const Result& r : results) {
    const Differences& d = r.answer.differences;
    nlohmann::json decades = nlohmann::json::array();
    for (std::size_t i = 0; i < kDecades; ++i) {
      decades.push_back({{"below", decade_end(i)}, {"logits", d.decades[i]}});
    }
    engines.push_back({{"engine", r.engine.name},
                       {"ran_on", r.answer.instructions},
                       {"worst_absolute", d.worst_absolute},
                       {"worst_relative", d.worst_relative},
                       {"tolerance", r.engine.tolerance},
                       {"passed", r.passed()},
                       {"decades", decades}});
  }
  const Differences& any = results.front().answer.differences;
  const nlohmann::json out = {{"id", id},
                              {"states", states},
                              {"logits", any.logits},
                              {"largest_logit", any.largest_logit},
                              {"engines", engines}};
  return out.dump(2) + "\n";
}

void judge(const std::vector<Result>& results) {
  std::string failed;
  for (const Result& r : results) {
    if (r.passed()) continue;
    failed += fmt::format("{}{} by {:.2g} ({:g} is allowed)", failed.empty() ? "" : ", ",
                          r.engine.name, r.answer.differences.worst_relative, r.engine.tolerance);
  }
  if (failed.empty()) return;
  throw Error(fmt::format(
      "engines are off the reference by more than their tolerance, relative to the size "
      "of the logits: {}; DINAS_ISA chooses the instruction set",
      failed));
}

}  // namespace

void run_check(const InspectOptions& options, Runtime& runtime, Console& console) {
  if (options.states < 1 || options.states > kMostStates) {
    throw UsageError(fmt::format("--states is {}: expected 1 to {}", options.states, kMostStates));
  }
  const Model model = load_model(options.model);
  if (model.config.profile != Profile::kFast) {
    throw UsageError(fmt::format(
        "--check compares the engines of the fast profile, but '{}' is of the paper profile, which "
        "has one engine",
        options.model));
  }
  const bool torch = runtime.has_torch();
  const auto space = space_of(model.config);
  const auto states = static_cast<std::size_t>(options.states);
  const auto results =
      compare_engines(model, *space, engines_of(model, *space, options.forced_isa, torch, runtime),
                      states, console);
  console.result(options.json ? print_json(results, model_id(options.model), states)
                              : print_table(results, states));
  judge(results);
}

}  // namespace dinas
