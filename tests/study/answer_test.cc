#include "study/answer.h"

#include <gtest/gtest.h>

namespace dinas {
namespace {

using Kind = Failure::Kind;
const std::vector<std::string> kWanted = {"accuracy", "latency"};

MetricValues values_of(const std::string& output) {
  const Answer answer = read_answer(output, kWanted);
  EXPECT_FALSE(answer.failure) << answer.failure->message;
  return answer.values;
}

Failure failure_of(const std::string& output) {
  const Answer answer = read_answer(output, kWanted);
  EXPECT_TRUE(answer.failure);
  EXPECT_TRUE(answer.values.empty());
  return answer.failure.value_or(Failure{});
}

TEST(Answer, IsTheLastLineThatIsAnObject) {
  const MetricValues expected = {{"accuracy", 0.5}, {"latency", 3.0}};
  const std::string line = R"({"accuracy": 0.5, "latency": 3})";
  EXPECT_EQ(values_of(line), expected);
  EXPECT_EQ(values_of(line + "\n"), expected);
  EXPECT_EQ(values_of("epoch 1\n{\"accuracy\": 0.1, \"latency\": 9}\n" + line + "\r\n"), expected);
  EXPECT_EQ(values_of(line + "\ncleaning up {}}\n[1, 2]\n"), expected);
}

TEST(Answer, OtherNamesAreNoted) {
  const Answer answer = read_answer(R"({"loss": 1, "latency": 3, "accuracy": 0.5})", kWanted);
  EXPECT_FALSE(answer.failure);
  EXPECT_EQ(answer.values.size(), 2U);
  EXPECT_EQ(answer.note, "not asked for: loss");
}

TEST(Answer, GarbageIsNone) {
  EXPECT_EQ(failure_of("").kind, Kind::kNoAnswer);
  EXPECT_EQ(failure_of("\n\n").kind, Kind::kNoAnswer);
  EXPECT_EQ(failure_of("accuracy 0.5").kind, Kind::kNoAnswer);
  EXPECT_EQ(failure_of("{\"accuracy\": 0.5,\n\"latency\": 3}").kind, Kind::kNoAnswer);
  EXPECT_EQ(failure_of(R"({"accuracy": 1, "accuracy": 2, "latency": 1})").kind, Kind::kNoAnswer);
  EXPECT_EQ(failure_of(std::string("\x00\xff{\x01}", 5)).kind, Kind::kNoAnswer);
  EXPECT_EQ(failure_of("{" + std::string(70'000, '[') + "}").kind, Kind::kNoAnswer);
  EXPECT_NE(failure_of("Traceback\nValueError: x\n").message.find("'ValueError: x'"),
            std::string::npos);
}

TEST(Answer, EveryWantedMetricMustBeThere) {
  const Failure failure = failure_of(R"({"acuracy": 0.5, "latency": 3})");
  EXPECT_EQ(failure.kind, Kind::kMissingMetric);
  EXPECT_EQ(failure.message,
            "expected metric 'accuracy', found 'acuracy', 'latency'; did you mean 'acuracy'?");
  EXPECT_EQ(failure_of("{}").message, "expected metric 'accuracy', found none");
}

TEST(Answer, MetricsAreFiniteNumbers) {
  for (const std::string value :
       {"NaN", "Infinity", "-Infinity", "null", "\"0.5\"", "[1]", "true"}) {
    const Failure failure = failure_of(R"({"latency": 1, "accuracy": )" + value + "}");
    EXPECT_EQ(failure.kind, Kind::kNotFinite) << value << ": " << failure.message;
    EXPECT_NE(failure.message.find("'accuracy'"), std::string::npos);
  }
  // The word in a name is none.
  EXPECT_EQ(values_of(R"({"x: NaN": 1, "latency": 3, "accuracy": 0.5})").size(), 2U);
}

}  // namespace
}  // namespace dinas
