#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "reproduce/protocols.h"

namespace dinas {
namespace {

// The accuracies of an image set of NAS-Bench-201.
struct ImageSet {
  std::string name, asked, test, cheap;
  [[nodiscard]] Accounting published() const { return {asked, test}; }
  [[nodiscard]] Accounting honest() const { return {cheap, test}; }
};

ImageSet image_set(const std::string& name, const HasMetric& has, const BenchmarkData& data) {
  ImageSet set;
  set.name = name;
  set.test = first_metric({name + "_test_200"}, has, data);
  set.asked = first_metric({name + "_valid_200", name + "_test_200"}, has, data);
  set.cheap =
      first_metric({name + "_valid_12", name + "_valid_200", name + "_test_200"}, has, data);
  return set;
}

void note_missing_validation(const ImageSet& set, Protocol& p) {
  if (set.asked != set.test) return;
  p.deviations.push_back(fmt::format(
      "{0}: the tables have no {0}_valid_200, so {1} is asked for and selects as well as being "
      "reported; the paper asks for and selects by the validation accuracy",
      set.name, set.test));
}

struct DeviceBound {
  std::string device, bound;  // "<= V" or "top P%"
  bool paper = false;         // the paper profile is trained on it as well
};

std::vector<DeviceBound> device_bounds() {
  return {{"fpga", "<= 2", true}, {"edgegpu", "<= 5", true}, {"raspi4", "top 30%"},
          {"edgetpu", "top 30%"}, {"pixel3", "top 30%"},     {"eyeriss", "top 30%"}};
}

// The bound on a latency, and the accuracy of the best 5 % of the cells within it.
AskedBounds within(const std::string& latency, const DeviceBound& device,
                   const std::string& accuracy) {
  return {{latency + " " + device.bound}, accuracy, 0.05};
}

}  // namespace

Protocol nasbench201_protocol(const HasMetric& has, const BenchmarkData& data) {
  Protocol p;
  std::vector<ImageSet> sets;
  std::vector<std::string> metrics;
  for (const std::string name : {"cifar10", "cifar100", "imagenet16_120"}) {
    sets.push_back(image_set(name, has, data));
    metrics.push_back(sets.back().asked + ":max");
    note_missing_validation(sets.back(), p);
  }
  p.deviations.emplace_back(
      "two classes with f = 5 % (a review's figure): the released NAS-Bench-201 loader has five "
      "classes that its own sampler cannot ask for");
  const ReproducedModel all = default_model("default", metrics, kDefaultSeconds);
  ReproducedModel few = default_model("default-1000-labels", metrics, kDefaultSeconds / 2.0);
  few.labels = 1000;
  p.models = {all, few};
  const auto add = [&](const std::string& name, const ReproducedModel& model, const ImageSet& set,
                       const std::string& top) {
    p.experiments.push_back(experiment_of(name + "-" + set.name, model, set.name,
                                          {set.asked + " top " + top}, set.published(),
                                          set.honest()));
  };
  for (const ImageSet& set : sets) add("default-class", all, set, "5%");
  for (const ImageSet& set : sets) add("default-bound", all, set, "0.1%");
  for (const ImageSet& set : sets) add("default-1000-labels", few, set, "1%");
  for (const ImageSet& set : sets) {
    p.models.push_back(paper_model("paper-" + set.name, {set.asked + ":max"}, 0.05));
    add("paper", p.models.back(), set, "5%");
  }
  return p;
}

Protocol hw_protocol(const HasMetric& has, const BenchmarkData& data) {
  Protocol p;
  const ImageSet set = image_set("imagenet16_120", has, data);
  note_missing_validation(set, p);
  p.deviations.insert(
      p.deviations.end(),
      {"fpga <= 2 is the released setting and edgegpu <= 5 the example of AG-Net, whose protocol "
       "this is; the bounds of the other devices are ours, the paper's could not be obtained",
       "a latency equal to the bound keeps it; officially only one below",
       "the condition is fed as it was trained with; the released sampler transposes it (B5 of "
       "docs/paper.md)"});
  p.models = {default_model("default", {set.asked + ":max"}, 2.5 * kDefaultSeconds)};
  std::vector<std::pair<std::string, DeviceBound>> columns;
  for (const DeviceBound& d : device_bounds()) {
    columns.emplace_back(
        first_metric({d.device + "_latency_ms", set.name + "_" + d.device + "_latency_ms"}, has,
                     data),
        d);
    p.models[0].metrics.push_back(columns.back().first + ":min");
  }
  const auto add = [&](const ReproducedModel& model, const std::string& column,
                       const DeviceBound& d) {
    const std::string name =
        model.profile == Profile::kPaper ? model.name : model.name + "-" + d.device;
    Experiment e = experiment_of(name, model, d.device, {}, set.published(), set.honest());
    e.asked = within(column, d, set.asked);
    p.experiments.push_back(std::move(e));
  };
  for (const auto& [column, d] : columns) add(p.models[0], column, d);
  for (const auto& [column, d] : columns) {
    if (!d.paper) continue;
    p.models.push_back(
        paper_model("paper-" + d.device, {set.asked + ":max", column + ":min"}, 0.0));
    p.models.back().classes = within(column, d, set.asked);
    add(p.models.back(), column, d);
  }
  return p;
}

}  // namespace dinas
