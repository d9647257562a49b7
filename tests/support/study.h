// A small study on NAS-Bench-201.
#pragma once

#include <string>
#include <vector>

#include "study/study.h"
#include "support/space_test.h"

namespace dinas {

/// Accuracy (of class level if asked for) to be maximised, latency at most 4, at least 1 path,
/// which the space computes.
inline StudyDefinition cell_study(MetricLevel accuracy = MetricLevel::kCell) {
  StudyDefinition definition;
  definition.space = "nasbench201";
  definition.metrics = {{"accuracy", Direction::kMax, accuracy},
                        {"latency", Direction::kMin, MetricLevel::kCell},
                        {"paths", Direction::kMax, MetricLevel::kCell}};
  definition.objectives = 1;
  definition.limits = {{1, 4.0}, {2, 1.0}};
  definition.computed = {"paths"};
  definition.method = "random";
  definition.seed = 7;
  definition.evaluator = "command: train.sh {arch}";
  return definition;
}

inline Architecture cell(const std::string& notation) {
  return architecture_of(*find_space("nasbench201"), notation);
}

inline std::vector<Architecture> cells(const std::vector<std::string>& notations) {
  std::vector<Architecture> result;
  for (const std::string& notation : notations) result.push_back(cell(notation));
  return result;
}

// One convolution, beside a skip or behind it: two cells of one class, with one path each.
inline const std::string kFirstTwin =
    "|skip_connect~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|";
inline const std::string kSecondTwin =
    "|skip_connect~0|+|none~0|none~1|+|none~0|nor_conv_3x3~1|none~2|";
// No twin of those.
inline const std::string kOther = "|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|";

/// A worker of this process.
inline Worker worker(const std::string& name = "w") { return {name, this_process()}; }

}  // namespace dinas
