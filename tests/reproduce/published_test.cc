#include "reproduce/published.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "reproduce/protocol.h"

namespace dinas {
namespace {

std::vector<double> values_of(const std::string& benchmark, const std::string& row,
                              const std::string& quantity, const std::string& source) {
  std::vector<double> values;
  for (const PublishedFigure& f : published_figures(benchmark)) {
    if (f.method == "DiNAS" && f.row == row && f.quantity == quantity && f.source == source) {
      values.push_back(f.value);
    }
  }
  return values;
}

TEST(Published, TheFiguresOfTheMethodItself) {
  using Values = std::vector<double>;
  EXPECT_EQ(values_of("nasbench101", "", "val", "PWC"), Values{94.98});
  EXPECT_EQ(values_of("nasbench101", "", "test", "EDNAG"), Values{94.27});
  EXPECT_EQ(values_of("nasbench201", "cifar10", "val", "PWC"), Values{91.61});
  EXPECT_EQ(values_of("nasbench201", "cifar10", "test", "PWC"), Values{94.37});
  EXPECT_EQ(values_of("nasbench201", "cifar100", "val", "PWC"), Values{73.49});
  EXPECT_EQ(values_of("nasbench201", "cifar100", "test", "PWC"), Values{73.51});
  EXPECT_EQ(values_of("nasbench201", "imagenet16_120", "val", "PWC"), Values{46.66});
  EXPECT_EQ(values_of("nasbench201", "imagenet16_120", "test", "PWC"), Values{45.41});
  EXPECT_EQ(values_of("nasbench201", "", "search time, s", "PWC"), Values{15.36});
  EXPECT_EQ(values_of("nasbench301", "", "val", "PWC"), Values{94.92});
  EXPECT_EQ(values_of("nasbench301", "", "test", "EDNAG"), Values{94.54});
}

TEST(Published, EveryFigureHasASourceAndAWayToCheckIt) {
  std::set<std::string> sources;
  for (const PublishedSource& s : published_sources()) sources.insert(s.key);
  for (const std::string& benchmark : reproduced_benchmarks()) {
    std::set<std::string> rows{""};
    for (const Experiment& e :
         protocol_of(benchmark, [](const std::string&) { return true; }).experiments) {
      rows.insert(e.row);
    }
    for (const PublishedFigure& f : published_figures(benchmark)) {
      EXPECT_EQ(f.benchmark, benchmark);
      EXPECT_TRUE(sources.contains(f.source)) << f.source;
      EXPECT_TRUE(rows.contains(f.row)) << f.row;
      EXPECT_TRUE(f.method != "DiNAS" || !f.file.empty()) << print_figure(f);
    }
    // Nothing is published of some benchmarks that could be found: then that is said.
    EXPECT_FALSE(values_not_found(benchmark).empty()) << benchmark;
  }
  EXPECT_TRUE(published_figures("hw").empty());
  EXPECT_TRUE(published_figures("nlp").empty());
}

// Surrogate values and those of a pool of trained cells whose best is below them.
TEST(Published, OtherEvaluatorsAreToldApart) {
  for (const PublishedFigure& f : published_figures("nasbench301")) {
    EXPECT_TRUE(f.quantity.starts_with("training") || !f.caveat.empty()) << f.method;
    EXPECT_TRUE(f.column.empty());
  }
}

TEST(Published, PrintsAsTheSourceDoes) {
  std::set<std::string> texts;
  for (const PublishedFigure& f : published_figures("nasbench201")) texts.insert(print_figure(f));
  EXPECT_TRUE(texts.contains("71.84 +- 0.99 (EDNAG)"));
  EXPECT_TRUE(texts.contains("15.36 (PWC)"));
  EXPECT_EQ(print_figure(published_figures("imagenet").front()), "0.001 (REV)");
}

}  // namespace
}  // namespace dinas
