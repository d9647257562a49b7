#include "study/loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/random.h"
#include "baseline/candidates.h"
#include "space/draw.h"
#include "study/best.h"
#include "study/known_evaluator.h"
#include "support/study.h"

namespace dinas {
namespace {

// Random draws that the history does not hold.
class Draws : public SearchMethod {
 public:
  explicit Draws(const SearchTask& task) : task_(task) {}
  [[nodiscard]] std::string_view name() const override { return "draws"; }
  std::vector<Architecture> propose(const History& history, std::size_t count) override {
    largest_batch = std::max(largest_batch, count);
    std::set<Architecture> known;
    for (const Observation& o : history) known.insert(o.architecture);
    RandomStream stream(1, Purpose::kSearch, 0, static_cast<std::uint32_t>(history.size()));
    std::vector<Architecture> result;
    while (result.size() < std::min(count, left)) {
      Architecture a = random_architecture(task_.space->skeleton(), stream);
      if (may_ask(task_, a) && known.insert(a).second) result.push_back(std::move(a));
    }
    left -= result.size();
    return result;
  }

  std::size_t left = 1'000'000;
  std::size_t largest_batch = 0;

 private:
  const SearchTask& task_;
};

// Ends what was started last first, one a call; the accuracy is the number of convolutions.
class Fake : public StudyEvaluator {
 public:
  explicit Fake(std::size_t workers) : workers_(workers) {}
  [[nodiscard]] std::size_t workers() const override { return workers_; }
  void start(Ticket ticket) override {
    ++started[ticket.notation];
    running_.push_back(std::move(ticket));
    most = std::max(most, running_.size());
  }
  std::vector<Finished> wait(double) override {
    Ticket ticket = std::move(running_.back());
    running_.pop_back();
    Answer answer;
    answer.values = {{"accuracy", std::ranges::count(ticket.architecture, 3)}, {"latency", 1.0}};
    if (fails && fails(ticket)) answer = {{}, "", Failure{Failure::Kind::kSignal, "crash", {}}};
    std::vector<Finished> result;
    result.push_back({std::move(ticket), std::move(answer)});
    return result;
  }
  std::vector<Ticket> stop() override { return std::exchange(running_, {}); }

  std::map<std::string, int> started;
  std::size_t most = 0;
  std::function<bool(const Ticket&)> fails;

 private:
  std::size_t workers_;
  std::vector<Ticket> running_;
};

StudyDefinition no_limits() {
  StudyDefinition definition = cell_study();
  definition.limits = {};
  return definition;
}

LoopOptions options(std::uint64_t budget, std::size_t batch = 4) {
  return {budget, batch, 0, worker()};
}

bool go_on(const LoopProgress&) { return true; }

TEST(SearchLoop, SpendsItsBudgetAndNoMore) {
  Study study(no_limits());
  Draws method(study.task());
  Fake evaluator(3);
  EXPECT_EQ(run_study(study, study.task(), method, evaluator, options(10), go_on),
            LoopEnd::kBudget);
  EXPECT_EQ(study.counts().done, 10U);
  EXPECT_EQ(evaluator.most, 3U);
  EXPECT_EQ(method.largest_batch, 4U);
  for (const auto& [notation, times] : evaluator.started) EXPECT_EQ(times, 1) << notation;
  // The budget is that of the study.
  EXPECT_EQ(run_study(study, study.task(), method, evaluator, options(12), go_on),
            LoopEnd::kBudget);
  EXPECT_EQ(study.counts().done, 12U);
  EXPECT_EQ(study.entries()[11].origin, "draws");
}

TEST(SearchLoop, IsTheSameInTwoGos) {
  Study whole(no_limits());
  Study parts(no_limits());
  for (const std::uint64_t budget : {7U, 20U}) {
    Draws method(parts.task());
    Fake evaluator(1);
    run_study(parts, parts.task(), method, evaluator, options(budget, 1), go_on);
  }
  Draws method(whole.task());
  Fake evaluator(1);
  run_study(whole, whole.task(), method, evaluator, options(20, 1), go_on);
  const History a = whole.history();
  const History b = parts.history();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].architecture, b[i].architecture);
}

TEST(SearchLoop, SpendsNothingOnWhatBreaksALimitThatIsKnown) {
  StudyDefinition definition = no_limits();
  definition.limits = {{2, 3.0}};  // paths, which the space computes
  Study study(definition);
  SearchTask careless = study.task();
  careless.limits = {};
  Draws method(careless);
  Fake evaluator(1);
  run_study(study, study.task(), method, evaluator, options(10, 20), go_on);
  EXPECT_GT(study.counts().done, 0U);
  for (const Observation& o : study.history()) EXPECT_GE(o.values[2], 3.0);
}

TEST(SearchLoop, EndsWhereThereIsNothingToPropose) {
  Study study(no_limits());
  Draws method(study.task());
  method.left = 5;
  Fake evaluator(2);
  EXPECT_EQ(run_study(study, study.task(), method, evaluator, options(10), go_on),
            LoopEnd::kExhausted);
  EXPECT_EQ(study.counts().done, 5U);
}

TEST(SearchLoop, FailuresCountOnceAndAreTriedAsOftenAsAllowed) {
  Study study(no_limits());
  Draws method(study.task());
  Fake evaluator(2);
  evaluator.fails = [](const Ticket& ticket) { return ticket.id <= 2 && ticket.failures < 2; };
  LoopOptions o = options(6);
  o.retries = 1;
  run_study(study, study.task(), method, evaluator, o, go_on);
  EXPECT_EQ(study.counts().failed, 2U);
  EXPECT_EQ(study.counts().done, 4U);
  EXPECT_EQ(study.attempts().size(), 8U);
  o.retries = 2;
  o.budget = 8;
  evaluator.fails = [](const Ticket& ticket) { return ticket.failures < 2; };
  run_study(study, study.task(), method, evaluator, o, go_on);
  EXPECT_EQ(study.counts().failed, 2U);  // the earlier ones stay
  EXPECT_EQ(study.counts().done, 6U);
}

TEST(SearchLoop, WhatRanWhenItWasStoppedIsOpenAgain) {
  Study study(no_limits());
  Draws method(study.task());
  Fake evaluator(3);
  const auto stop = [](const LoopProgress& p) { return p.counts.done < 2; };
  EXPECT_EQ(run_study(study, study.task(), method, evaluator, options(10), stop),
            LoopEnd::kStopped);
  EXPECT_EQ(study.counts().done, 2U);
  EXPECT_EQ(study.counts().running, 0U);
  EXPECT_EQ(study.counts().open, 2U);
  run_study(study, study.task(), method, evaluator, options(10), go_on);
  EXPECT_EQ(study.counts().done, 10U);
}

TEST(SearchLoop, FinishesWhatADeadProcessHadClaimed) {
  Study study(no_limits());
  study.add(cells({kOther, kFirstTwin}), "me");
  Worker dead = worker();
  dead.process.start -= 1;  // the number is in use again
  ASSERT_TRUE(study.claim(dead));
  Draws method(study.task());
  Fake evaluator(1);
  run_study(study, study.task(), method, evaluator, options(2), go_on);
  EXPECT_EQ(study.counts().done, 2U);
}

TEST(SearchLoop, ATableAnswersForWhatItHas) {
  StudyDefinition definition = cell_study();
  definition.metrics.pop_back();
  definition.limits = {{1, 4.0}};
  definition.computed = {};
  Study study(definition);
  Table table(find_space("nasbench201"));
  Column& accuracy = table.add_column("accuracy", "t.csv");
  Column& latency = table.add_column("latency", "t.csv");
  for (const std::string& notation : {kFirstTwin, kSecondTwin, kOther}) {
    const std::size_t row = table.add_architecture(cell(notation));
    accuracy.values[row] = static_cast<double>(row);
    latency.values[row] = row == 2 ? NAN : 1.0;
  }
  const KnownTask known = table_task(study.task(), table, {});
  const SearchTask& task = known.task;
  KnownEvaluator evaluator(known);
  EXPECT_EQ(task.pool, cells({kFirstTwin, kSecondTwin}));
  EXPECT_TRUE(task.answerable(cell(kFirstTwin)));
  EXPECT_FALSE(task.answerable(cell(kOther)));

  study.add(cells({kFirstTwin, kSecondTwin, kOther}), "me");
  Draws method(study.task());
  run_study(study, task, method, evaluator, options(3), go_on);
  EXPECT_EQ(best_of(task, study.history()), std::vector<std::size_t>{1});
  EXPECT_EQ(study.counts().failed, 1U);
  EXPECT_EQ(study.attempts()[2].outcome, "missing metric");
}

TEST(SearchLoop, TheSpaceAnswersForEveryArchitecture) {
  StudyDefinition definition = no_limits();
  definition.metrics = {{"paths", Direction::kMax, MetricLevel::kCell}};
  set_computed(definition, nullptr);
  EXPECT_TRUE(definition.computed.empty());  // computing it is the evaluation
  Study study(definition);
  const KnownTask known = computed_task(study.task());
  const SearchTask& task = known.task;
  KnownEvaluator evaluator(known);
  Draws method(study.task());
  run_study(study, task, method, evaluator, options(200, 10), go_on);
  const auto best = best_of(task, study.history());
  ASSERT_EQ(best.size(), 1U);
  EXPECT_EQ(study.history()[best[0]].values[0], 4.0);  // all paths of the cell
}

}  // namespace
}  // namespace dinas
