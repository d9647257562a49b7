#include "reproduce/protocol.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "condition/bound.h"

namespace dinas {
namespace {

const HasMetric kAll = [](const std::string&) { return true; };

// What the tables of the folder of data have, and no official file.
const HasMetric kExtracts = [](const std::string& name) {
  return !name.ends_with("_valid_200") && name != "valid_acc_108" && name != "valid_acc" &&
         name != "test_acc";
};

std::string refusal_of(const std::string& benchmark, const HasMetric& has) {
  try {
    protocol_of(benchmark, has);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Protocol, EveryBenchmarkIsConsistent) {
  for (const HasMetric& has : {kAll, kExtracts}) {
    for (const std::string& benchmark : reproduced_benchmarks()) {
      const Protocol p = protocol_of(benchmark, has);
      EXPECT_EQ(p.benchmark, benchmark);
      EXPECT_EQ(p.space, benchmark_data(benchmark).space);
      std::set<std::string> names;
      for (const Experiment& e : p.experiments) {
        EXPECT_TRUE(names.insert(e.name).second) << e.name;
        const auto model = std::ranges::find(p.models, e.model, &ReproducedModel::name);
        ASSERT_NE(model, p.models.end()) << e.model;
        std::set<std::string> metrics;
        for (const std::string& m : model->metrics) metrics.insert(parse_metric_spec(m).name);
        for (const std::string& bound : e.asked.where) {
          EXPECT_TRUE(metrics.contains(parse_bound(bound).metric)) << bound;
        }
        EXPECT_TRUE(e.asked.among.empty() || metrics.contains(e.asked.among));
        EXPECT_EQ(e.size.queries, 192);
        EXPECT_EQ(e.size.repeats, 10);
        EXPECT_EQ(e.size.steps, model->profile == Profile::kPaper ? 500 : 0);
      }
      for (const ReproducedModel& m : p.models) {
        EXPECT_EQ(m.epochs, m.profile == Profile::kPaper ? 100 : 0);
        EXPECT_EQ(m.seconds > 0.0, m.profile == Profile::kFast);
      }
    }
  }
}

// docs/paper.md 4: best 1 % for 101, 301 and NLP, 5 % for 201 and hw, 10 % for ImageNet.
TEST(Protocol, ClassSharesAreThoseOfTheOfficialCode) {
  const auto share = [](const std::string& benchmark) {
    for (const ReproducedModel& m : protocol_of(benchmark, kAll).models) {
      if (m.profile != Profile::kPaper) continue;
      return m.classes.where.empty() ? m.class_share : m.classes.share;
    }
    return 0.0;
  };
  EXPECT_EQ(share("nasbench101"), 0.01);
  EXPECT_EQ(share("nasbench201"), 0.05);
  EXPECT_EQ(share("nasbench301"), 0.01);
  EXPECT_EQ(share("nlp"), 0.01);
  EXPECT_EQ(share("hw"), 0.05);
  EXPECT_EQ(share("imagenet"), 0.10);
}

// NAS-Bench-201 has trained every spelling; of the others a table has one row a network.
TEST(Protocol, MetricsAreOfClassLevelWhereSpellingsAreOneNetwork) {
  for (const std::string& benchmark : reproduced_benchmarks()) {
    const bool cells = benchmark == "nasbench201" || benchmark == "hw";
    for (const ReproducedModel& model : protocol_of(benchmark, kAll).models) {
      EXPECT_EQ(parse_metric_spec(model.metrics.front()).level,
                cells ? MetricLevel::kCell : MetricLevel::kClass)
          << benchmark;
    }
  }
}

TEST(Protocol, SelectsByTheValidationAccuracyWhereTheTablesHaveIt) {
  const Experiment official = protocol_of("nasbench201", kAll).experiments.front();
  EXPECT_EQ(official.asked.where.front(), "cifar10_valid_200 top 5%");
  EXPECT_EQ(official.published, (Accounting{"cifar10_valid_200", "cifar10_test_200"}));
  const Protocol without = protocol_of("nasbench201", kExtracts);
  EXPECT_EQ(without.experiments.front().published,
            (Accounting{"cifar10_test_200", "cifar10_test_200"}));
  EXPECT_EQ(without.experiments.front().honest,
            (Accounting{"cifar10_valid_12", "cifar10_test_200"}));
  // One for every image set, besides what is said in any case.
  EXPECT_EQ(without.deviations.size(), protocol_of("nasbench201", kAll).deviations.size() + 3);
}

// An energy does not stand beside a published accuracy.
TEST(Protocol, StandInsHaveNoPublishedRow) {
  for (const Experiment& e : protocol_of("nasbench101", kExtracts).experiments) {
    EXPECT_EQ(e.row, "stand-in") << e.name;
  }
  EXPECT_EQ(protocol_of("nasbench101", kAll).experiments.front().row, "");
}

TEST(Protocol, TheReleasedHardwareSettingIsThere) {
  const Protocol p = protocol_of("hw", kExtracts);
  const auto found = std::ranges::find(p.experiments, "paper-fpga", &Experiment::name);
  ASSERT_NE(found, p.experiments.end());
  EXPECT_EQ(found->asked.where, (std::vector<std::string>{"fpga_latency_ms <= 2"}));
  EXPECT_EQ(found->asked.among, "imagenet16_120_test_200");
  EXPECT_EQ(found->asked.share, 0.05);
  // What is asked for are the classes of training.
  const auto model = std::ranges::find(p.models, found->model, &ReproducedModel::name);
  ASSERT_NE(model, p.models.end());
  EXPECT_EQ(model->classes.where, found->asked.where);
  EXPECT_EQ(model->classes.among, found->asked.among);
  EXPECT_EQ(model->classes.share, found->asked.share);
}

TEST(Protocol, RefusesWhatItCannotRunAndSaysHowToGetIt) {
  EXPECT_NE(refusal_of("nasbench102", kAll).find("unknown benchmark 'nasbench102'"),
            std::string::npos);
  EXPECT_NE(refusal_of("nasbench102", kAll).find("nasbench201"), std::string::npos);
  const HasMetric none = [](const std::string&) { return false; };
  for (const std::string& benchmark : reproduced_benchmarks()) {
    const std::string text = refusal_of(benchmark, none);
    EXPECT_NE(text.find("--table"), std::string::npos) << benchmark << ": " << text;
  }
  EXPECT_NE(refusal_of("imagenet", none).find("dinas measure"), std::string::npos);
}

}  // namespace
}  // namespace dinas
