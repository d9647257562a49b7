#include "sample/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "diffusion/mask.h"

namespace dinas {
namespace {

int checked_steps(int steps, int largest, std::string_view unit) {
  if (steps < 1 || steps > largest) {
    throw UsageError(
        fmt::format("{} sampling steps were asked for, but this model takes 1 to {} ({})", steps,
                    largest, unit));
  }
  return steps;
}

}  // namespace

ReverseChain::ReverseChain(const Skeleton& skeleton, const ReverseProcess& process,
                           Condition condition, int steps, GuidanceOptions guidance)
    : noise_(process.noise),
      ruled_(skeleton.rules != nullptr),
      guidance_(std::move(guidance)),
      plain_{std::move(condition)} {
  const int variables = skeleton.variable_count();
  if (masks()) {
    calls_ = steps == 0 ? variables : checked_steps(steps, variables, "one per variable at most");
    reveals_ = reveal_counts(variables, calls_);
  } else {
    constexpr int kDefaultSteps = 50;
    const int T = process.schedule.steps();
    const int used = steps == 0 ? std::min(kDefaultSteps, T)
                                : checked_steps(steps, T, "its diffusion steps at most");
    const std::vector<int> grid = used == T ? full_grid(T) : quadratic_grid(T, used);
    for (const int t : grid) {
      time_.push_back(static_cast<double>(t) / T);
      abar_.push_back(process.schedule.abar[static_cast<std::size_t>(t)]);
    }
    calls_ = static_cast<int>(grid.size()) - 1;
    if (noise_ == Noise::kUniform) {
      for (const Variable& v : skeleton.variables) {
        const auto size = static_cast<std::size_t>(v.size());
        marginals_.emplace_back(size, 1.0 / static_cast<double>(size));
      }
    } else {
      marginals_ = process.marginals;
      DINAS_CHECK(marginals_.size() == skeleton.variables.size());
    }
  }
  check_guidance();
  guided_ = guidance_conditions(plain_.front(), guidance_);
}

void ReverseChain::check_guidance() const {
  check_guidance_weight(guidance_.weight);
  const auto& own = guidance_.metric_weights;
  DINAS_CHECK(own.empty() || own.size() == plain_.front().size());
  for (const auto& weight : own) {
    if (weight) check_guidance_weight(*weight);
  }
  const int first = guidance_.first_step;
  const int last = guidance_.last_step == 0 ? calls_ : guidance_.last_step;
  if (first < 1 || first > calls_ || last < first) {
    throw UsageError(
        fmt::format("guidance steps {}:{} are out of range: expected A:B with 1 <= A <= B and A <= "
                    "{}, the number "
                    "of network calls",
                    first, last, calls_));
  }
}

std::size_t ReverseChain::moves(int call) const {
  return masks() ? static_cast<std::size_t>(reveals_[static_cast<std::size_t>(call - 1)])
                 : marginals_.size();
}

double ReverseChain::time(int call) const {
  return masks() ? 0.0 : time_[static_cast<std::size_t>(call - 1)];
}

bool ReverseChain::guided(int call) const {
  return call >= guidance_.first_step && (guidance_.last_step == 0 || call <= guidance_.last_step);
}

std::vector<double> ReverseChain::next_value(int call, std::size_t variable, int value,
                                             std::span<const std::vector<double>> logits) const {
  const auto law = [&](std::span<const double> l) {
    std::vector<double> p0 = softmax(l);
    if (masks()) return p0;
    const auto now = static_cast<std::size_t>(call);
    return posterior(p0, value, abar_[now], abar_[now - 1], marginals_[variable]);
  };
  if (guidance_.form == GuidanceForm::kPosterior && logits.size() == 2) {
    return combine_posteriors(law(logits[0]), law(logits[1]), guidance_.weight);
  }
  return law(combine_logits(logits, plain_.front(), guidance_));
}

}  // namespace dinas
