// Models of XGBoost, read without its library, whose loader takes what a file says on trust.
#pragma once

#include <string>
#include <string_view>

#include "import/byte_source.h"
#include "import/gradient_boosting.h"

namespace dinas {

/// Does the file begin as a model does that read_xgboost_file reads?
bool is_xgboost_file(const std::string& path);

/// A regression model (gbtree, one output, squared error) from a pickle of xgboost.core.Booster,
/// from what save_model writes as JSON, or from the old binary form; compressed by gzip or bzip2 or
/// not. All its trees, those behind the best round of early stopping too, as Booster.predict counts
/// them; they have passed check_tree. Throws Error with the file and the byte or the tree for
/// anything else, and for more than 1 GiB.
BoostedTrees read_xgboost_file(const std::string& path);

/// The binary form: what XGBoost 1.0 to 1.5 pickles ("CONFIG-offset:", where the model ends, model,
/// settings), or the model alone ("binf" or not). The trees' end is the last that is looked at.
BoostedTrees read_xgboost_binary(ByteReader& reader);

/// The JSON form: {"learner": ...}, or {"Model": {"learner": ...}} as it is pickled. `name` is what
/// messages call the text.
BoostedTrees read_xgboost_json(std::string_view text, const std::string& name);

/// Throws Error for an objective whose predictions are not the plain sum of the trees.
void check_xgboost_objective(std::string_view objective);

}  // namespace dinas
