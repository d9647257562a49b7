// The training logs of NAS-Bench-NLP: a JSON object a training, with the recipe and the losses
// after every epoch (fmsnew/nas-bench-nlp-release).
#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "import/documents.h"
#include "import/formats.h"
#include "import/table_text.h"

namespace dinas {
namespace {

std::vector<double> numbers(const nlohmann::ordered_json& log, const std::string& key) {
  const auto found = log.find(key);
  if (found == log.end() || !found->is_array()) {
    throw Error(fmt::format("expected a list of numbers under '{}'", key));
  }
  std::vector<double> values;
  for (const auto& item : *found) {
    if (!item.is_null() && !item.is_number()) {
      throw Error(fmt::format("expected a list of numbers under '{}'", key));
    }
    values.push_back(item.is_null() ? kMissing : item.get<double>());
  }
  return values;
}

std::string text_or_nothing(const nlohmann::ordered_json& log, const std::string& key) {
  const auto found = log.find(key);
  return found != log.end() && found->is_string() ? found->get<std::string>() : std::string();
}

double at(const std::vector<double>& values, std::size_t index) {
  return index < values.size() ? values[index] : kMissing;
}

// Losses are nats a word; the epoch with the lowest validation loss counts.
void write_log(const nlohmann::ordered_json& log, TableText& table) {
  if (!log.is_object() || !log.contains("recepie")) {
    throw Error("expected the log of a training with the key 'recepie'");
  }
  const std::vector<double> valid = numbers(log, "val_losses");
  const std::vector<double> times = numbers(log, "wall_times");
  std::size_t best = valid.size();
  for (std::size_t i = 0; i < valid.size(); ++i) {
    if (!std::isnan(valid[i]) && (best == valid.size() || valid[i] < valid[best])) best = i;
  }
  double seconds = 0.0;
  for (const double time : times) seconds += time;
  const double valid_loss = at(valid, best);
  const double test_loss = at(numbers(log, "test_losses"), best);
  const auto& recipe = log.at("recepie");
  table.number(number_or_missing(log, "recepie_id"));
  table.text(recipe.is_string() ? recipe.get<std::string>() : recipe.dump());
  table.text(text_or_nothing(log, "status"));
  table.number(number_or_missing(log, "num_params"));
  table.number(static_cast<double>(valid.size()));
  table.number(best == valid.size() ? kMissing : static_cast<double>(best));
  for (const double loss : {valid_loss, test_loss}) {
    table.number(loss);
    table.number(std::exp(loss));
  }
  table.number(times.empty() ? kMissing : seconds / static_cast<double>(times.size()));
  table.text(text_or_nothing(log, "init_time"));
  table.end_row();
}

}  // namespace

std::string import_nasbench_nlp(const std::vector<std::string>& paths) {
  TableText table(paths.front(),
                  {"recipe_id", "recipe_json", "status", "num_params", "epochs", "best_epoch",
                   "val_loss", "val_ppl", "test_loss", "test_ppl", "mean_epoch_time_s", "started"});
  for_each_document(
      paths, [&](const std::string&, const nlohmann::ordered_json& log) { write_log(log, table); });
  return std::move(table).take();
}

}  // namespace dinas
