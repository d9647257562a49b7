#include "baseline/metric_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "space/file_space.h"

namespace dinas {
namespace {

constexpr std::size_t kBlocks = 14;
constexpr double kSummaryDecay = 0.25;

// A chain of blocks, the first `front` and the last `back` of which are of the second kind.
Architecture blocks(std::size_t front, std::size_t back) {
  Architecture a(kBlocks, 0);
  std::fill_n(a.begin(), front, std::uint8_t{1});
  std::fill_n(a.rbegin(), back, std::uint8_t{1});
  return a;
}

// The kernel of a model that compares graphs as well, between two architectures.
double compared(SummaryCodes summary, const Architecture& a, const Architecture& b) {
  const auto space = parse_space_file(R"(
name = "blocks"
summary = "a chain of fourteen blocks of two kinds"
output = "output"
[labels]
block = ["a", "b"]
[[node]]
name = "input"
[[node]]
name = "block"
labels = "block"
repeat = 14
chain = true
[[node]]
name = "output"
chain = true
)",
                                      "blocks");
  const SearchFeatures features(*space, summary);
  MetricModel model(features, {{{0.0, 0.0, 1.0, kSummaryDecay}, 0.1, false, true}});
  model.learn({&a, &b}, {1.0, 2.0}, std::numeric_limits<double>::quiet_NaN());
  AgreementKernel::Block block;
  const CodeTable& known = model.process().table();
  model.process().kernel().rows(known.row(0), known, 0, block.data());
  return block[1];
}

// exp(-decay F w) over what differs: values weigh 1, each of the 18 numbers (or steps of one)
// 14/18.
double closed_form(double values, double summary, double codes) {
  const double features = kBlocks + codes;
  const double number = kBlocks / 18.0;
  const double all = kBlocks + codes * number;
  return std::exp(-kSummaryDecay * features * (values + summary * number) / all);
}

TEST(MetricModel, ComparesNumbersOfGraphsForEquality) {
  constexpr double kCodes = 18.0;
  const auto k = [](const Architecture& a, const Architecture& b) {
    return compared(SummaryCodes::kNumbers, a, b);
  };
  // Two blocks differ: one more and one less, or two more, which changes how many there are of both
  // kinds; so do four more, where four differ.
  EXPECT_NEAR(k(blocks(5, 0), blocks(4, 1)), closed_form(2, 0, kCodes), 1e-5);
  EXPECT_NEAR(k(blocks(5, 0), blocks(5, 2)), closed_form(2, 2, kCodes), 1e-5);
  EXPECT_NEAR(k(blocks(5, 0), blocks(5, 4)), closed_form(4, 2, kCodes), 1e-5);
}

TEST(MetricModel, ComparesNumbersOfGraphsByTheirSteps) {
  constexpr double kCodes = 180.0;
  const auto k = [](const Architecture& a, const Architecture& b) {
    return compared(SummaryCodes::kUnary, a, b);
  };
  EXPECT_NEAR(k(blocks(5, 0), blocks(4, 1)), closed_form(2, 0, kCodes), 1e-5);
  EXPECT_NEAR(k(blocks(5, 0), blocks(5, 2)), closed_form(2, 4, kCodes), 1e-5);
  EXPECT_NEAR(k(blocks(5, 0), blocks(5, 4)), closed_form(4, 8, kCodes), 1e-5);
}

}  // namespace
}  // namespace dinas
