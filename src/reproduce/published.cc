#include "reproduce/published.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace dinas {
namespace {

using Figures = std::vector<PublishedFigure>;

constexpr const char* kNats = "NATS-tss-v1_0-3ffb9-simple (NATS-Bench)";
constexpr const char* kNas101 = "nasbench_only108.tfrecord (NAS-Bench-101)";
constexpr const char* kSurrogate = "the NAS-Bench-301 surrogate v0.9 (XGBoost ensemble)";

constexpr const char* kSelected =
    "chosen by the validation accuracy after 200 epochs, mean over the seeds";
constexpr const char* kOtherEvaluator =
    "another evaluator than PWC's: a fixed pool of trained cells whose best is 94.69, not to be "
    "compared with surrogate values";

PublishedFigure figure(std::string row, std::string method, std::string quantity, double value,
                       std::string source) {
  PublishedFigure f;
  f.row = std::move(row);
  f.method = std::move(method);
  f.quantity = std::move(quantity);
  f.value = value;
  f.source = std::move(source);
  return f;
}

// A figure on NAS-Bench-201 that an official file with `column` can check.
PublishedFigure nb201(std::string set, std::string quantity, double value, std::string source) {
  PublishedFigure f =
      figure(std::move(set), "DiNAS", std::move(quantity), value, std::move(source));
  f.caveat = kSelected;
  f.column = f.row + "_valid_200";
  f.file = kNats;
  return f;
}

// A row of EDNAG's tables.
PublishedFigure ednag(std::string row, std::string method, double value, double spread,
                      std::string architectures = "") {
  PublishedFigure f = figure(std::move(row), std::move(method), "test", value, "EDNAG");
  f.spread = spread;
  f.architectures = std::move(architectures);
  return f;
}

Figures nasbench101_figures() {
  Figures f = {figure("", "DiNAS", "val", 94.98, "PWC"),
               ednag("", "DiNAS", 94.27, 0.20),
               ednag("", "RS", 93.59, 0.42),
               ednag("", "AG-Net", 94.18, 0.07),
               ednag("", "SRLNAS", 93.86, 0.14),
               ednag("", "EDNAG", 94.46, 0.01),
               figure("", "DGPO", "val", 94.50, "DGPO")};
  f[0].caveat =
      "taken for validation by its size: the best mean of three runs is 95.06 val, 94.32 test; "
      "single run or mean is not stated";
  f[0].column = "valid_acc_108";
  f[1].caveat = "single-run look-ups, not means of three runs";
  f[1].column = "test_acc_108";
  f[0].file = f[1].file = kNas101;
  return f;
}

struct CompetitorRow {
  const char* method;
  double cifar10, cifar10_spread;
  const char* cifar10_architectures;
  double cifar100, cifar100_spread;
  const char* cifar100_architectures;
};

// EDNAG's table of test accuracies and trained architectures.
constexpr CompetitorRow kCompetitors[] = {{"REINFORCE", 93.85, 0.37, ">500", 71.71, 1.09, ">500"},
                                          {"RS", 93.70, 0.36, ">500", 71.04, 1.07, ">500"},
                                          {"REA", 93.92, 0.30, ">500", 71.84, 0.99, ">500"},
                                          {"RSPS", 84.07, 3.61, "", 52.31, 5.77, ""},
                                          {"SETN", 87.64, 0.00, "", 59.09, 0.24, ""},
                                          {"GDAS", 93.61, 0.09, "", 70.70, 0.30, ""},
                                          {"PC-DARTS", 93.66, 0.17, "", 66.64, 2.34, ""},
                                          {"DrNAS", 94.36, 0.00, "", 73.51, 0.00, ""},
                                          {"BOHB", 93.61, 0.52, ">500", 70.85, 1.28, ">500"},
                                          {"BANANAS", 94.37, 0.00, "46", 73.51, 0.00, "88"},
                                          {"NASBOWL", 94.34, 0.00, "100", 73.51, 0.00, "87"},
                                          {"HEBO", 94.34, 0.00, "100", 72.62, 0.20, "100"},
                                          {"TNAS", 94.37, 0.00, "29", 73.51, 0.00, "59"},
                                          {"MetaD2A", 94.37, 0.00, "100", 73.34, 0.04, "100"},
                                          {"DiffusionNAG", 94.37, 0.00, "1", 73.51, 0.00, "2"},
                                          {"EDNAG", 94.37, 0.00, "1", 73.51, 0.00, "1"}};

Figures nasbench201_competitors() {
  Figures f;
  for (const CompetitorRow& r : kCompetitors) {
    f.push_back(ednag("cifar10", r.method, r.cifar10, r.cifar10_spread, r.cifar10_architectures));
    f.push_back(
        ednag("cifar100", r.method, r.cifar100, r.cifar100_spread, r.cifar100_architectures));
  }
  f.push_back(figure("cifar10", "AG-Net", "val", 91.61, "PWC"));
  f.push_back(figure("cifar10", "AG-Net", "test", 94.37, "PWC"));
  f.push_back(figure("cifar10", "DGPO", "val", 91.61, "DGPO"));
  f.push_back(figure("cifar100", "DGPO", "val", 73.49, "DGPO"));
  f.push_back(figure("imagenet16_120", "DGPO", "val", 46.77, "DGPO"));
  return f;
}

Figures nasbench201_figures() {
  Figures f = {nb201("cifar10", "val", 91.61, "PWC"),
               nb201("cifar10", "test", 94.37, "PWC"),
               nb201("cifar100", "val", 73.49, "PWC"),
               nb201("cifar100", "test", 73.51, "PWC"),
               nb201("imagenet16_120", "val", 46.66, "PWC"),
               nb201("imagenet16_120", "test", 45.41, "PWC"),
               nb201("cifar10", "test", 94.37, "EDNAG"),
               nb201("cifar100", "test", 73.51, "EDNAG"),
               figure("", "DiNAS", "search time, s", 15.36, "PWC")};
  for (std::size_t i : {6U, 7U}) {
    f[i].spread = 0.0;
    f[i].architectures = "192";
  }
  f.back().caveat =
      "of 192 architectures on a GPU that is not stated; training and labels are not counted";
  f.back().file = "the hardware of the paper";
  Figures others = nasbench201_competitors();
  std::move(others.begin(), others.end(), std::back_inserter(f));
  return f;
}

Figures nasbench301_figures() {
  Figures f = {figure("", "DiNAS", "val", 94.92, "PWC"),
               ednag("", "DiNAS", 94.54, 0.15),
               ednag("", "RS", 94.40, 0.08),
               ednag("", "AG-Net", 94.45, 0.12),
               ednag("", "SRLNAS", 94.53, 0.04),
               ednag("", "EDNAG", 94.64, 0.05),
               figure("", "DiNAS", "training time, h", 8.3, "REV")};
  f[0].caveat = "values of the surrogate, maximised and reported alike";
  f[0].file = kSurrogate;
  for (std::size_t i = 1; i < 6; ++i) f[i].caveat = kOtherEvaluator;
  f[1].file = "the pool of EDNAG's repository";
  f[6].file = "the hardware of the paper";
  return f;
}

Figures imagenet_figures() {
  Figures f = {figure("", "DiNAS", "search time, GPU days", 0.001, "REV")};
  f[0].caveat = "excludes the training of the diffusion model and the cost of its labels";
  f[0].file = "the hardware of the paper";
  return f;
}

}  // namespace

Figures published_figures(std::string_view benchmark) {
  Figures figures;
  if (benchmark == "nasbench101") figures = nasbench101_figures();
  if (benchmark == "nasbench201") figures = nasbench201_figures();
  if (benchmark == "nasbench301") figures = nasbench301_figures();
  if (benchmark == "imagenet") figures = imagenet_figures();
  for (PublishedFigure& f : figures) f.benchmark = benchmark;
  return figures;
}

const std::vector<PublishedSource>& published_sources() {
  static const std::vector<PublishedSource> sources = {
      {"PWC", "Papers-with-Code entry of the paper and its mirror sotaverified.org"},
      {"EDNAG", "tables of arXiv 2504.17827, which re-report DiNAS beside others"},
      {"DGPO", "repository AlekseiLiu/DGPO and arXiv 2602.19261, means of three seeds"},
      {"REV", "reviews of the ICLR 2024 submission (OpenReview lIfPlwkBeU)"}};
  return sources;
}

std::vector<std::string> values_not_found(std::string_view benchmark) {
  if (benchmark == "nasbench101") return {"test accuracy and query count of the paper's own table"};
  if (benchmark == "nasbench201") return {"the share f of the class \"good\" in the paper"};
  if (benchmark == "nasbench301") return {"how normal and reduction cell are combined"};
  if (benchmark == "nlp") return {"every value on NAS-Bench-NLP"};
  if (benchmark == "hw") {
    return {"every value on HW-NAS-Bench (accuracy, latency, feasibility per device and bound)",
            "the devices and bounds of the paper's table and its definition of feasibility"};
  }
  return {"top-1 and top-5 error, parameters, and the training recipe on ImageNet"};
}

std::string print_figure(const PublishedFigure& f) {
  // Seconds and shares of days keep the digits they were printed with.
  std::string text = f.value < 1.0 ? fmt::format("{:g}", f.value) : fmt::format("{:.2f}", f.value);
  if (f.spread) text += fmt::format(" +- {:.2f}", *f.spread);
  return text + " (" + f.source + ")";
}

}  // namespace dinas
