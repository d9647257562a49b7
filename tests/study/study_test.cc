#include "study/study.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/file.h"
#include "study/export.h"
#include "support/study.h"
#include "support/temp.h"

namespace dinas {
namespace {

using State = Observation::State;

TEST(Study, KeepsItsDefinition) {
  const TempFolder folder;
  const std::string path = folder.file("s.study");
  ASSERT_TRUE(Study::create(path, cell_study(MetricLevel::kClass)));
  EXPECT_FALSE(Study::create(path, cell_study()));  // the first one stays
  const Study study(path);
  const StudyDefinition& d = study.definition();
  EXPECT_EQ(d.space, "nasbench201");
  EXPECT_EQ(d.metrics, cell_study(MetricLevel::kClass).metrics);
  EXPECT_EQ(d.objectives, 1U);
  EXPECT_EQ(d.computed, std::vector<std::string>{"paths"});
  EXPECT_EQ(print_objectives(d), "max accuracy");
  EXPECT_EQ(print_limits(d), "latency <= 4, paths >= 1");
  EXPECT_EQ(d.method, "random");
  EXPECT_EQ(d.seed, 7U);
  EXPECT_EQ(d.evaluator, "command: train.sh {arch}");
  EXPECT_FALSE(study.task().metrics[0].computed);
  EXPECT_TRUE(study.task().metrics[2].computed);
}

TEST(Study, KnowsInAdvanceWhatTheDefinitionSays) {
  StudyDefinition definition = cell_study();
  set_computed(definition, nullptr);
  EXPECT_EQ(definition.computed, std::vector<std::string>{"paths"});
  // A table that has other values is asked.
  Table table(find_space("nasbench201"));
  table.add_architecture(cell(kFirstTwin));
  table.add_column("paths", "t.csv").values = {5.0};
  set_computed(definition, &table);
  EXPECT_TRUE(definition.computed.empty());
  EXPECT_FALSE(Study(definition).task().metrics[2].computed);
  definition.computed = {"accuracy"};
  EXPECT_THROW(Study{definition}, Error);
}

TEST(Study, AsksClaimsAndTellsInOrder) {
  Study study(cell_study());
  const auto added = study.add(cells({kFirstTwin, kOther, kFirstTwin}), "me");
  EXPECT_EQ(added.added, 2U);
  EXPECT_EQ(added.known, 1U);
  const auto ticket = study.claim(worker());
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->notation, kFirstTwin);
  EXPECT_EQ(ticket->wanted, (std::vector<std::string>{"accuracy", "latency"}));
  EXPECT_TRUE(study.tell(*ticket, {{"accuracy", 0.5}, {"latency", 3.0}}, "a note"));

  const History history = study.history();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].architecture, cell(kFirstTwin));
  EXPECT_EQ(history[0].state, State::kDone);
  EXPECT_EQ(history[0].values, (std::vector<double>{0.5, 3.0, 1.0}));
  EXPECT_EQ(history[1].state, State::kPending);
  EXPECT_TRUE(std::isnan(history[1].values[0]));
  EXPECT_EQ(history[1].values[2], 1.0);  // the space knows it
  const auto attempts = study.attempts();
  ASSERT_EQ(attempts.size(), 1U);
  EXPECT_EQ(attempts[0].outcome, "done");
  EXPECT_EQ(attempts[0].message, "a note");
  EXPECT_EQ(study.entries()[1].origin, "me");
  EXPECT_EQ(export_csv(study), "architecture,accuracy,latency,paths,state,origin\n" + kFirstTwin +
                                   ",0.5,3,1,done,me\n" + kOther + ",,,1,open,me\n");
}

TEST(Study, NothingIsClaimedTwice) {
  Study study(cell_study());
  study.add(cells({kFirstTwin, kSecondTwin}), "me");
  EXPECT_EQ(study.claim(worker())->notation, kFirstTwin);
  EXPECT_EQ(study.claim(worker())->notation, kSecondTwin);  // no metric is shared
  EXPECT_FALSE(study.claim(worker()));
}

TEST(Study, WhatWasToldIsNotChanged) {
  Study study(cell_study());
  study.add(cells({kOther}), "me");
  const Ticket ticket = study.claim(worker()).value();
  EXPECT_TRUE(study.tell(ticket, {{"accuracy", 0.5}, {"latency", 3.0}}));
  EXPECT_FALSE(study.tell(ticket, {{"accuracy", 0.9}, {"latency", 1.0}}));
  EXPECT_FALSE(study.fail(ticket, {}, Again::kNo));
  EXPECT_EQ(study.history()[0].values[0], 0.5);
  EXPECT_THROW(study.ticket(ticket.id), UsageError);
  EXPECT_THROW(study.ticket(99), UsageError);
}

TEST(Study, RefusesValuesThatMakeNoSense) {
  Study study(cell_study());
  study.add(cells({kOther}), "me");
  const Ticket ticket = study.claim(worker()).value();
  EXPECT_THROW(study.tell(ticket, {{"accuracy", 0.5}}), UsageError);
  EXPECT_THROW(study.tell(ticket, {{"accuracy", NAN}, {"latency", 3.0}}), UsageError);
  EXPECT_THROW(study.tell(ticket, {{"accuracy", 1}, {"latency", 3}, {"loss", 1}}), UsageError);
  EXPECT_EQ(study.history()[0].state, State::kPending);
}

TEST(Study, TwinsInheritWhatBelongsToTheClass) {
  Study study(cell_study(MetricLevel::kClass));
  study.add(cells({kFirstTwin, kSecondTwin, kOther}), "me");
  const Ticket first = study.claim(worker()).value();
  EXPECT_EQ(study.claim(worker())->notation, kOther);  // the second twin waits for the first
  EXPECT_FALSE(study.claim(worker()));
  study.tell(first, {{"accuracy", 0.5}, {"latency", 3.0}});
  EXPECT_EQ(study.history()[1].values[0], 0.5);
  EXPECT_TRUE(std::isnan(study.history()[1].values[1]));
  const Ticket second = study.claim(worker()).value();
  EXPECT_EQ(second.notation, kSecondTwin);
  EXPECT_EQ(second.wanted, std::vector<std::string>{"latency"});  // belongs to the cell
  study.tell(second, {{"latency", 2.0}});
  EXPECT_EQ(study.history()[1].values, (std::vector<double>{0.5, 2.0, 1.0}));
}

TEST(Study, ATwinThatInheritsEverythingCostsNothing) {
  StudyDefinition definition = cell_study(MetricLevel::kClass);
  definition.metrics.erase(definition.metrics.begin() + 1);
  definition.limits = {};
  Study study(definition);
  study.add(cells({kFirstTwin, kSecondTwin}), "me");
  study.tell(study.claim(worker()).value(), {{"accuracy", 0.5}});
  EXPECT_FALSE(study.claim(worker()));
  EXPECT_EQ(study.history()[1].state, State::kDone);
  EXPECT_EQ(study.history()[1].values[0], 0.5);
  EXPECT_EQ(study.counts().inherited, 1U);
  EXPECT_EQ(study.counts().evaluations(), 1U);
}

TEST(Study, AFailedOneIsTriedAgainAfterTheOthersOrNever) {
  Study study(cell_study());
  study.add(cells({kFirstTwin, kOther}), "me");
  const Ticket first = study.claim(worker()).value();
  EXPECT_TRUE(study.fail(first, {Failure::Kind::kExitStatus, "no luck", 3}, Again::kYes));
  const Ticket other = study.claim(worker()).value();
  EXPECT_EQ(other.notation, kOther);
  const Ticket again = study.claim(worker()).value();
  EXPECT_EQ(again.notation, kFirstTwin);
  EXPECT_EQ(again.failures, 1U);
  study.fail(again, {Failure::Kind::kSignal, "crashed", {}}, Again::kNo);
  EXPECT_FALSE(study.claim(worker()));
  EXPECT_EQ(study.history()[0].state, State::kFailed);
  EXPECT_EQ(study.counts().failed, 1U);
  const auto attempts = study.attempts();
  EXPECT_EQ(attempts[0].outcome, "exit status");
  EXPECT_EQ(attempts[0].exit_status, 3);
  EXPECT_EQ(attempts[2].outcome, "signal");
  EXPECT_FALSE(attempts[2].exit_status);
}

TEST(Study, AReleasedClaimIsNoFailure) {
  Study study(cell_study());
  study.add(cells({kOther}), "me");
  study.release(study.claim(worker()).value());
  EXPECT_EQ(study.counts().open, 1U);
  EXPECT_EQ(study.claim(worker())->failures, 0U);
}

TEST(Study, ALeaseThatIsOverOpensTheClaimAgain) {
  Study study(cell_study());
  study.add(cells({kOther}), "me");
  const Ticket lost = study.claim(worker("slow"), -1.0).value();
  const Ticket ticket = study.claim(worker("quick"), 60.0).value();
  EXPECT_EQ(ticket.id, lost.id);
  EXPECT_EQ(study.attempts()[0].outcome, "lost");
  EXPECT_EQ(ticket.failures, 0U);
  // Who lost it must not give away what another holds; what they found out is welcome.
  EXPECT_FALSE(study.fail(lost, {}, Again::kYes));
  study.release(lost);
  EXPECT_FALSE(study.claim(worker()));
  EXPECT_TRUE(study.tell(lost, {{"accuracy", 0.5}, {"latency", 3.0}}));
  EXPECT_FALSE(study.tell(ticket, {{"accuracy", 0.9}, {"latency", 3.0}}));
}

TEST(Study, ARenewedLeaseHolds) {
  Study study(cell_study());
  study.add(cells({kOther}), "me");
  ASSERT_TRUE(study.claim(worker("slow"), -1.0));
  study.renew(worker("other"), 60.0);
  study.renew(worker("slow"), 60.0);
  EXPECT_FALSE(study.claim(worker("quick")));
}

TEST(Study, TheBudgetCountsWhatHasToBeEvaluated) {
  Study study(cell_study());
  const auto added = study.add(cells({kOther, kFirstTwin}), "me", 1);
  EXPECT_EQ(added.added, 1U);
  EXPECT_EQ(added.over_budget, 1U);
  study.fail(study.claim(worker()).value(), {}, Again::kNo);
  EXPECT_EQ(study.counts().evaluations(), 1U);
  EXPECT_EQ(study.add(cells({kFirstTwin}), "me", 1).added, 0U);
  EXPECT_EQ(study.add(cells({kFirstTwin}), "me", 2).added, 1U);
}

TEST(Study, ImportsCompleteRowsOnce) {
  const TempFolder folder;
  const std::string csv = folder.file("t.csv");
  write_file(csv, "cell,accuracy,latency\n" + kFirstTwin + ",0.5,3\n" + kSecondTwin + ",0.5,\n" +
                      kOther + ",0.25,2\n");
  Table table = load_tables({csv}, find_space("nasbench201"));
  Study study(cell_study());
  study.add(cells({kOther}), "me");
  study.tell(study.claim(worker()).value(), {{"accuracy", 0.75}, {"latency", 1.0}});
  const auto first = study.import(table);
  EXPECT_EQ(first.imported, 1U);
  EXPECT_EQ(first.incomplete, 1U);
  EXPECT_EQ(first.known, 1U);
  EXPECT_EQ(study.import(table).known, 2U);
  EXPECT_EQ(study.history()[0].values[0], 0.75);  // told before
  EXPECT_EQ(study.history()[1].values[0], 0.5);
  EXPECT_EQ(study.counts().evaluations(), 1U);  // imports excluded
}

TEST(Study, KeepsGenerations) {
  Study study(cell_study());
  study.add_generation({12, 0.25, "two models"});
  ASSERT_EQ(study.generations().size(), 1U);
  EXPECT_EQ(study.generations()[0].labels, 12U);
  EXPECT_EQ(study.generations()[0].seconds, 0.25);
  EXPECT_EQ(study.generations()[0].note, "two models");
}

}  // namespace
}  // namespace dinas
