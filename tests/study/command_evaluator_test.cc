#include "study/command_evaluator.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "support/study.h"
#include "support/temp.h"

namespace dinas {
namespace {

using Kind = Failure::Kind;

Ticket ticket_for(const std::string& notation, std::int64_t id = 1) {
  return {id, id, cell(notation), notation, {"accuracy"}, 0};
}

CommandEvaluator evaluator(const std::string& command, std::size_t workers = 1,
                           std::optional<double> limit = std::nullopt) {
  return {find_space("nasbench201"), {command, workers, limit}};
}

// Of one evaluation; a test that hangs is ended by its own time limit.
Answer answer_of(const std::string& command, std::optional<double> limit = std::nullopt) {
  CommandEvaluator e = evaluator(command, 1, limit);
  e.start(ticket_for(kOther));
  for (;;) {
    const auto finished = e.wait(10.0);
    if (!finished.empty()) return finished.front().answer;
  }
}

Failure command_failure(const std::string& command, std::optional<double> limit = std::nullopt) {
  const Answer answer = answer_of(command, limit);
  EXPECT_TRUE(answer.failure);
  return answer.failure.value_or(Failure{});
}

// Not gone, nor a zombie that init has not collected yet.
bool is_alive(std::int64_t pid) {
  std::ifstream state("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  return std::getline(state, line) && line.find(") Z") == std::string::npos;
}

TEST(CommandEvaluator, AsksAndReadsTheAnswer) {
  const TempFolder folder;
  const std::string log = folder.file("log");
  const Answer answer = answer_of("(printf '%s\\n' {arch}; cat) > " + log +
                                  R"(; echo starting; echo '{"accuracy": 0.5}'; echo bye)");
  ASSERT_FALSE(answer.failure) << answer.failure->message;
  EXPECT_EQ(answer.values, (MetricValues{{"accuracy", 0.5}}));
  EXPECT_EQ(
      read_file(log),
      kOther + "\n" + R"({"architecture":")" + kOther +
          R"(","graph":{"nodes":["input","none","none","none","nor_conv_1x1","none","none",)" +
          R"("output"],"edges":[[0,1],[0,2],[0,4],[1,3],[1,5],[2,6],[3,6],[4,7],[5,7],)" +
          R"([6,7]]},)" + R"("metrics":["accuracy"]})" + "\n");
}

TEST(CommandEvaluator, ProgramsThatFailLeaveARecord) {
  Failure failure = command_failure("echo '{\"accuracy\": 1}'; echo out of memory >&2; exit 3");
  EXPECT_EQ(failure.kind, Kind::kExitStatus);
  EXPECT_EQ(failure.exit_status, 3);
  EXPECT_EQ(failure.message, "exit status 3; it said: out of memory");
  failure = command_failure("kill -SEGV $$");
  EXPECT_EQ(failure.kind, Kind::kSignal);
  EXPECT_EQ(failure.message, "ended by signal 11 (Segmentation fault)");
  failure = command_failure("sh -c 'kill -SEGV $$'; exit $?");  // as a shell reports it
  EXPECT_EQ(failure.kind, Kind::kSignal);
  EXPECT_EQ(failure.exit_status, 139);
  failure = command_failure("no-such-program {arch}");
  EXPECT_EQ(failure.kind, Kind::kExitStatus);
  EXPECT_EQ(failure.exit_status, 127);
  EXPECT_NE(failure.message.find("not found"), std::string::npos);
  EXPECT_EQ(command_failure("echo garbage").kind, Kind::kNoAnswer);
  EXPECT_EQ(command_failure("echo '{\"accuracy\": NaN}'").kind, Kind::kNotFinite);
  EXPECT_EQ(command_failure("echo '{\"precision\": 1}'").kind, Kind::kMissingMetric);
}

TEST(CommandEvaluator, NeitherUnreadQuestionsNorFloodsMatter) {
  EXPECT_FALSE(answer_of("exec 0<&-; echo '{\"accuracy\": 1}'").failure);
  const Answer answer =
      answer_of("head -c 20000000 /dev/zero | tr '\\0' x; echo; echo '{\"accuracy\": 1}'");
  EXPECT_FALSE(answer.failure);
  EXPECT_FALSE(answer_of("head -c 20000000 /dev/zero >&2; echo '{\"accuracy\": 1}'").failure);
}

TEST(CommandEvaluator, TheTimeLimitEndsTheWholeGroup) {
  const TempFolder folder;
  const std::string pid = folder.file("pid");
  const auto begin = std::chrono::steady_clock::now();
  const Failure failure = command_failure("sleep 300 & echo $! > " + pid + "; wait", 0.3);
  EXPECT_EQ(failure.kind, Kind::kTimeLimit);
  EXPECT_EQ(failure.message, "not done after 0.3 s: killed");
  // Far from the sleep; room for a busy machine.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
  const auto sleeper = static_cast<std::int64_t>(std::stoll(read_file(pid)));
  // The kill has been sent; when it arrives is the kernel's affair.
  bool is_there = true;
  for (int i = 0; i < 1000 && is_there; ++i) {
    is_there = is_alive(sleeper);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(is_there);
}

TEST(CommandEvaluator, WhatRunsInTheBackgroundEndsWithTheShell) {
  const Answer answer = answer_of("sleep 300 & echo '{\"accuracy\": 1}'");
  EXPECT_FALSE(answer.failure);
}

TEST(CommandEvaluator, AResultComesAsSoonAsItIsThere) {
  const TempFolder folder;
  const std::string gate = folder.file("gate");
  CommandEvaluator e = evaluator("if [ {arch} = '" + kOther + "' ]; then while [ ! -e " + gate +
                                     " ]; do sleep 0.01; done; fi; echo '{\"accuracy\": 1}'",
                                 2);
  e.start(ticket_for(kOther, 1));
  e.start(ticket_for(kFirstTwin, 2));
  std::vector<Finished> finished;
  while (finished.empty()) finished = e.wait(10.0);
  ASSERT_EQ(finished.size(), 1U);
  EXPECT_EQ(finished[0].ticket.id, 2);
  write_file(gate, "open");
  do {
    finished = e.wait(10.0);
  } while (finished.empty());
  EXPECT_EQ(finished[0].ticket.id, 1);
}

TEST(CommandEvaluator, StopsAndGivesTheTicketsBack) {
  CommandEvaluator e = evaluator("sleep 300", 2);
  e.start(ticket_for(kOther, 1));
  e.start(ticket_for(kFirstTwin, 2));
  EXPECT_TRUE(e.wait(0.0).empty());
  const auto tickets = e.stop();
  ASSERT_EQ(tickets.size(), 2U);
  EXPECT_EQ(tickets[0].id, 1);
  EXPECT_TRUE(e.stop().empty());
}

TEST(CommandEvaluator, RefusesCommandsThatCannotWork) {
  EXPECT_THROW(evaluator("train '{arch}'"), UsageError);
}

}  // namespace
}  // namespace dinas
