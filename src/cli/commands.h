// The commands: what each can be told, and how to run it. bind_*.cc binds the options to flags.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/runtime.h"
#include "engine/isa.h"
#include "nettrain/trainer.h"
#include "network/latency.h"
#include "network/macro.h"
#include "train/options.h"

namespace dinas {

struct SpacesOptions {
  bool json = false;
  std::string count;  // a space to count: name or file; empty: list the built-in ones
};

struct SpacesCheckOptions {
  std::string file;
};

struct TableInfoOptions {
  std::vector<std::string> files;
  std::string space = "nasbench201";
};

struct TableImportOptions {
  std::string format;
  std::vector<std::string> files;
  std::string out;
};

struct TrainCommandOptions {
  std::string space;
  std::vector<std::string> tables;   // [PREFIX=]FILE; none: the metrics the space computes
  std::vector<std::string> metrics;  // NAME:max|min[:cell|class]
  std::string out;
  std::string profile = "fast";
  std::string noise;  // empty: mask (fast), marginal (paper)
  std::int64_t labels = 0;
  double hide_classes = 0.0;
  std::int64_t random = 0;                // architectures drawn from the space for training
  std::vector<std::string> loss_weights;  // label=W, edge=W or inputs=W
  bool no_labels = false;
  bool resume = false;
  std::string json;
  bool batch_given = false;  // --batch replaces the profile's own batch
  std::string fast_only;     // an option given that only the fast profile has
  TrainOptions train;
};

/// What generate and evaluate ask of a model.
struct SamplingOptions {
  std::string model;
  std::vector<std::string> where;
  std::optional<double> guidance;  // empty: 2.5, for the paper profile its own 2
  std::string guidance_form = "joint";
  std::vector<std::string> weights;  // METRIC=W
  std::string guidance_steps;        // A:B
  int steps = 0;
  std::uint64_t seed = 0;
  int threads = 0;  // 0: all processors
  int batch = 1024;
  std::string dtype = "f32";
};

struct GenerateOptions {
  SamplingOptions sampling;
  std::int64_t count = 0;
  bool unique = false;
  bool guarantee = false;
  std::string rank;  // METRIC[:max|min]; empty: in the order of the draws
  std::vector<std::string> tables;
  std::string format = "jsonl";
  std::string out;  // empty: standard output
};

struct EvaluateCommandOptions {
  SamplingOptions sampling;
  std::vector<std::string> tables;
  std::int64_t queries = 192;
  std::int64_t repeats = 10;
  std::int64_t coverage_draws = 10000;
  std::string novelty = "class";
  std::int64_t novelty_samples = 200;
  std::string select;
  std::string report;  // empty: the selected metric
  std::string json;
};

struct InspectOptions {
  std::string model;
  bool json = false;
  bool check = false;
  std::int64_t states = 10000;    // --check
  std::optional<Isa> forced_isa;  // the one that DINAS_ISA asks for
};

struct BenchOptions {
  std::string model;
  std::vector<std::string> where;  // empty: top 1% of the first metric
  int threads = 0;                 // 0: all processors
  bool torch = false;              // time libtorch as well
  std::uint64_t seed = 0;
  std::string json;
};

/// The images that networks are trained on, and the smaller network that is.
struct LearningOptions {
  std::string dataset;               // folder
  std::int64_t train_images = 8000;  // 0: all
  std::int64_t test_images = 0;      // 0: all
  Macro proxy;                       // 0: what makes a cell take seconds
  TrainRecipe recipe;
};

struct MeasureCommandOptions {
  std::string space;
  std::string architectures;                // file; or one of the next three
  std::int64_t sample = 0;                  // so many classes of the space
  bool all = false;                         // every architecture of the space
  std::optional<std::string> architecture;  // one, by its notation
  std::vector<std::string> where;           // bounds that the rows of a listed table keep
  std::string exclude;                      // file whose classes are left out
  std::optional<std::int64_t> count;        // so many of what is left
  std::vector<std::string> metrics;
  Macro network;  // whose costs are counted and timed
  LatencyOptions latency;
  std::string latency_reference;  // a table; empty: that of the own one, or a new time
  LearningOptions learning;
  std::uint64_t seed = 0;
  std::int64_t workers = 1;
  std::string out;
  bool json = false;  // with --architecture: an object on standard output
};

struct TrainNetworkOptions {
  std::string space;
  std::string architecture;       // notation
  std::string dataset;            // folder
  std::int64_t train_images = 0;  // 0: all
  std::int64_t test_images = 0;   // 0: all
  Macro network;                  // 0: the benchmark's, of images the dataset's
  TrainRecipe recipe;
  std::uint64_t seed = 0;
  std::string out;
  std::string json;
  bool resume = false;
  double checkpoint_seconds = 60.0;
};

/// What a study is about; what is empty is not said.
struct DefinitionOptions {
  std::string space;
  std::vector<std::string> maximize;
  std::vector<std::string> minimize;
  std::vector<std::string> where;   // METRIC <= V or METRIC >= V
  std::vector<std::string> levels;  // METRIC:cell|class
  std::optional<std::string> method;
  std::optional<std::uint64_t> seed;
};

struct SearchCommandOptions {
  DefinitionOptions definition;
  std::string study;                // empty: nothing is kept
  std::vector<std::string> tables;  // [PREFIX=]FILE
  std::string evaluate;             // a command; neither: what the space computes
  std::string model;                // where the method starts; empty: from nothing
  std::int64_t budget = 0;
  std::optional<std::int64_t> batch;  // empty: the method's own
  std::int64_t workers = 1;
  std::optional<double> time_limit;
  std::int64_t retries = 0;
  std::vector<std::string> imports;  // [PREFIX=]FILE
  bool json = false;
};

struct StudyCreateOptions {
  std::string study;
  DefinitionOptions definition;
};

struct StudyAskOptions {
  std::string study;
  std::int64_t count = 1;
  bool json = false;
};

struct StudyTellOptions {
  std::string study;
  std::int64_t id = 0;
  std::vector<std::string> values;    // METRIC=VALUE; none: JSON on standard input
  std::optional<std::string> failed;  // the reason
  bool retry = false;
};

struct StudyReadOptions {
  std::string study;
  bool json = false;
  std::string out;  // export; empty: standard output
};

struct ReproduceCommandOptions {
  std::string benchmark;
  std::vector<std::string> tables;  // [PREFIX=]FILE; none: looked for in the folder of tables
  std::string out;                  // folder
  double budget = 60.0;             // minutes
  std::uint64_t seed = 0;
  int threads = 0;  // 0: all processors
};

void run_spaces(const SpacesOptions& options, Console& console);
void run_spaces_check(const SpacesCheckOptions& options, Console& console);
void run_table_info(const TableInfoOptions& options, Console& console);
void run_table_import(const TableImportOptions& options, Console& console);
void run_train(const TrainCommandOptions& options, Runtime& runtime, Console& console);
void run_generate(const GenerateOptions& options, Runtime& runtime, Console& console);
void run_evaluate(const EvaluateCommandOptions& options, Runtime& runtime, Console& console);
void run_reproduce(const ReproduceCommandOptions& options, Runtime& runtime, Console& console);
void run_inspect(const InspectOptions& options, Console& console);
void run_check(const InspectOptions& options, Runtime& runtime, Console& console);
void run_bench(const BenchOptions& options, Runtime& runtime, Console& console);
void run_measure(const MeasureCommandOptions& options, Console& console);
void run_train_network(const TrainNetworkOptions& options, Console& console);
void run_search(const SearchCommandOptions& options, Console& console);
void run_study_create(const StudyCreateOptions& options, Console& console);
void run_study_ask(const StudyAskOptions& options, Console& console);
void run_study_tell(const StudyTellOptions& options, Console& console);
void run_study_show(const StudyReadOptions& options, Console& console);
void run_study_best(const StudyReadOptions& options, Console& console);
void run_study_export(const StudyReadOptions& options, Console& console);

/// Parses the arguments and runs the command. Returns the exit code of --help and of usage errors
/// found by the parser; everything else is thrown.
int run_app(int argc, char** argv, Runtime& runtime, Console& console);

}  // namespace dinas
