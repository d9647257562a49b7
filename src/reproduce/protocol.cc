#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "reproduce/protocols.h"

namespace dinas {
namespace {

constexpr std::int64_t kRandom = 50'000;  // architectures drawn from spaces with small tables

// A metric "NAME:max|min" under its best shares, by both profiles.
struct SingleMetric {
  std::string metric;  // the one that is asked for
  Accounting published, honest;
  std::vector<std::string> tops;  // shares of the default profile; the first is the paper's f
  double share = 0.01;            // f
  std::string computed;           // NAME:max|min, computed by the space: a stand-in; empty: none
};

std::string name_of(const std::string& metric) { return metric.substr(0, metric.find(':')); }

Protocol single(const SingleMetric& s, std::int64_t random) {
  Protocol p;
  // In these spaces a spelling says nothing of a network: one in another is that of the table.
  std::vector<std::string> metrics{s.metric + ":class"};
  if (!s.computed.empty()) metrics.push_back(s.computed);
  p.models = {default_model("default", metrics, kDefaultSeconds, random),
              paper_model("paper", {metrics.front()}, s.share)};
  for (const std::string& top : s.tops) {
    p.experiments.push_back(experiment_of("default-top-" + top.substr(0, top.size() - 1),
                                          p.models[0], "", {name_of(s.metric) + " top " + top},
                                          s.published, s.honest));
  }
  if (!s.computed.empty()) {
    const Accounting computed{s.computed, s.computed};
    p.experiments.push_back(experiment_of("default-computed", p.models[0], "computed",
                                          {name_of(s.computed) + " top 10%"}, computed, computed));
  }
  p.experiments.push_back(experiment_of("paper", p.models[1], "",
                                        {name_of(s.metric) + " top " + s.tops.front()}, s.published,
                                        s.honest));
  return p;
}

Protocol nasbench101(const HasMetric& has, const BenchmarkData& data) {
  if (!has("valid_acc_108")) {
    const std::string energy = first_metric({"energy_kwh_4epochs"}, has, data) + ":min";
    const Accounting accounting{energy, energy};
    Protocol p =
        single({energy, accounting, accounting, {"1%", "5%"}, 0.01, "params:min"}, kRandom);
    for (Experiment& e : p.experiments) e.row = "stand-in";
    p.deviations.emplace_back(
        "the tables have no accuracies: measured energy and computed parameters stand in for "
        "them, and nothing published can be compared");
    return p;
  }
  const std::string cheap = first_metric({"valid_acc_12", "valid_acc_108"}, has, data);
  return single({"valid_acc_108:max",
                 {"valid_acc_108", "test_acc_108"},
                 {cheap, "test_acc_108"},
                 {"1%", "0.1%"},
                 0.01,
                 ""},
                0);
}

Protocol nasbench301(const HasMetric& has, const BenchmarkData& data) {
  const std::string valid = first_metric({"valid_acc", "valid_acc_50"}, has, data);
  const std::string test = first_metric({"test_acc", "test_acc_50"}, has, data);
  const std::string cheap = first_metric({"valid_acc_10", valid}, has, data);
  Protocol p = single(
      {valid + ":max", {valid, test}, {cheap, test}, {"1%", "10%"}, 0.01, "params_m:min"}, kRandom);
  p.deviations.emplace_back(
      "generated cells are judged by the trained cells of the table alone, which holds next to "
      "none of the 9.1e18: the paper asks a surrogate, which this command does not");
  p.deviations.emplace_back(
      "both cells are generated; the released loader feeds the reduction cell only");
  return p;
}

Protocol nlp(const HasMetric& has, const BenchmarkData& data) {
  const std::string loss = first_metric({"val_loss"}, has, data);
  const std::string test = first_metric({"test_loss"}, has, data);
  const Accounting accounting{loss + ":min", test + ":min"};
  Protocol p = single(
      {loss + ":min", accounting, accounting, {"1%", "10%"}, 0.01, "num_params:min"}, kRandom);
  p.deviations.emplace_back(
      "generated cells are judged by the trained cells of the table alone; the paper asks the "
      "NAS-Bench-X11 surrogate, which dinas does not have");
  p.deviations.emplace_back(
      "losses are those of the best epoch; the paper takes the validation loss of epoch 50");
  return p;
}

Protocol imagenet(const HasMetric& has, const BenchmarkData& data) {
  const std::string regions = first_metric({"linear_regions"}, has, data);
  const std::string ntk = first_metric({"ntk_condition"}, has, data);
  Protocol p;
  const std::vector<std::string> metrics{regions + ":max:class", ntk + ":min:class"};
  p.models = {default_model("default", metrics, kDefaultSeconds, kRandom),
              paper_model("paper", metrics, 0.10)};
  const std::vector<std::string> both{regions + " top 10%", ntk + " top 10%"};
  for (const ReproducedModel& m : p.models) {
    p.experiments.push_back(
        experiment_of(m.name, m, "", both, {regions, ntk + ":min"}, {regions, ntk + ":min"}));
  }
  p.deviations.emplace_back(
      "no network is trained on ImageNet: the scores of generated cells are known where the table "
      "has them, the others are for 'dinas measure' to find out");
  return p;
}

using Make = Protocol (*)(const HasMetric&, const BenchmarkData&);

struct Entry {
  const char* benchmark;
  Make make;
  BenchmarkData data;
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> list = {
      {"nasbench101",
       nasbench101,
       {"nasbench101",
        {"nasbench101_energy/ec_nas_7v_4epochs.csv.gz"},
        "import nasbench_only108.tfrecord (docs/data.md) and give it with --table"}},
      {"nasbench201",
       nasbench201_protocol,
       {"nasbench201",
        {"nasbench201/nasbench201.csv.gz"},
        "import NATS-tss-v1_0-3ffb9-simple (docs/data.md) and give it with --table"}},
      {"nasbench301",
       nasbench301,
       {"darts",
        {"darts_bench_oncenas/darts_cifar10.csv.gz"},
        "import the NAS-Bench-301 data set (docs/data.md) and give it with --table"}},
      {"nlp",
       nlp,
       {"nasbench_nlp",
        {"nas_bench_nlp/wikitext2.csv.gz"},
        "import the logs of NAS-Bench-NLP (docs/data.md) and give them with --table"}},
      {"hw",
       hw_protocol,
       {"nasbench201",
        {"nasbench201/nasbench201.csv.gz", "hw_nas_bench/nasbench201_imagenet16_120.csv.gz"},
        "import HW-NAS-Bench-v1_0.pickle and the accuracies of NATS-Bench (docs/data.md) and give "
        "both with --table"}},
      {"imagenet",
       imagenet,
       {"darts",
        {},
        "make one with 'dinas measure --space darts --sample 1000 --metric ntk_condition --metric "
        "linear_regions --dataset FOLDER --proxy-channels 1 --proxy-cells 14 --proxy-image-size 32 "
        "--out FILE' and give it with --table"}}};
  return list;
}

const Entry& entry(std::string_view benchmark) {
  const auto found = std::ranges::find(entries(), benchmark, &Entry::benchmark);
  if (found != entries().end()) return *found;
  throw UsageError(fmt::format("unknown benchmark '{}': expected one of {}", benchmark,
                               fmt::join(reproduced_benchmarks(), ", ")));
}

}  // namespace

Protocol protocol_of(std::string_view benchmark, const HasMetric& has) {
  const Entry& e = entry(benchmark);
  Protocol p = e.make(has, e.data);
  p.benchmark = benchmark;
  p.space = e.data.space;
  return p;
}

const std::vector<std::string>& reproduced_benchmarks() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Entry& e : entries()) list.emplace_back(e.benchmark);
    return list;
  }();
  return names;
}

BenchmarkData benchmark_data(std::string_view benchmark) { return entry(benchmark).data; }

}  // namespace dinas
