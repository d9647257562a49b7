#include "study/study.h"

#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/study_report.h"
#include "cli/study_request.h"
#include "eval/search_task.h"
#include "search/methods.h"
#include "study/command_evaluator.h"
#include "study/export.h"

namespace dinas {
namespace {

// A claim that lasts until somebody tells.
const Worker kPerson{"by hand", {}};

std::pair<std::string, double> parse_value(const std::string& text) {
  const std::size_t equals = text.find('=');
  double value = 0.0;
  if (equals != std::string::npos) {
    const char* begin = text.data() + equals + 1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error == std::errc() && stop == end) return {text.substr(0, equals), value};
  }
  throw UsageError(fmt::format("expected METRIC=VALUE with a number, found '{}'", shown(text)));
}

MetricValues parse_values(const std::vector<std::string>& texts) {
  MetricValues values;
  for (const std::string& text : texts) {
    const auto [name, value] = parse_value(text);
    if (!values.emplace(name, value).second) {
      throw UsageError(fmt::format("metric '{}' is given twice", shown(name)));
    }
  }
  return values;
}

MetricValues read_values(const std::vector<std::string>& wanted) {
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  const Answer answer = read_answer(text, wanted);
  if (answer.failure) throw UsageError("standard input: " + answer.failure->message);
  return answer.values;
}

void print_ticket(const Study& study, const Ticket& ticket, bool json, Console& console) {
  if (!json) {
    console.result(fmt::format("{}\t{}\n", ticket.id, ticket.notation));
    return;
  }
  nlohmann::ordered_json line = {{"id", ticket.id}};
  line.update(nlohmann::ordered_json::parse(question_of(study.space(), ticket)));
  console.result(line.dump() + "\n");
}

// Asks the method for more; false where it has none.
bool ask_method(Study& study, SearchMethod& method, std::size_t count) {
  const auto proposals = method.propose(study.history(), count);
  return study.add(proposals, method.name()).added > 0;
}

}  // namespace

void run_study_create(const StudyCreateOptions& options, Console& console) {
  check_outputs({options.study}, {});
  const StudyDefinition definition = make_definition(options.definition, "");
  make_search_method(definition.method, task_of(definition, space_of(definition)), definition.seed);
  if (!Study::create(options.study, definition)) {
    throw Error(options.study + " exists already: remove it or name another file");
  }
  console.note("created " + options.study);
}

void run_study_ask(const StudyAskOptions& options, Console& console) {
  if (options.count < 1) {
    throw UsageError(fmt::format("--count must be at least 1, found {}", options.count));
  }
  Study study(options.study);
  SearchTask task = study.task();
  list_pool(task);
  const auto method = make_search_method(study.definition().method, task, study.definition().seed);
  const auto count = static_cast<std::size_t>(options.count);
  std::size_t asked = 0;
  while (asked < count) {
    if (const auto ticket = study.claim(kPerson)) {
      print_ticket(study, *ticket, options.json, console);
      ++asked;
    } else if (!ask_method(study, *method, count - asked)) {
      throw Error(fmt::format("only {} of {} architectures: the method has no more to propose",
                              asked, count));
    }
  }
}

void run_study_tell(const StudyTellOptions& options, Console& console) {
  Study study(options.study);
  const Ticket ticket = study.ticket(options.id);
  if (options.failed) {
    if (!options.values.empty()) {
      throw UsageError(
          "--failed and METRIC=VALUE exclude each other: an evaluation that failed has "
          "no metrics");
    }
    study.fail(ticket, {Failure::Kind::kReported, *options.failed, {}},
               options.retry ? Again::kYes : Again::kNo);
  } else {
    study.tell(ticket,
               options.values.empty() ? read_values(ticket.wanted) : parse_values(options.values));
  }
  console.note(print_counts(study.counts()));
}

void run_study_show(const StudyReadOptions& options, Console& console) {
  Study study(options.study);
  console.result(print_study(study));
}

void run_study_best(const StudyReadOptions& options, Console& console) {
  Study study(options.study);
  console.result(options.json ? best_json(study) : print_best(study));
}

void run_study_export(const StudyReadOptions& options, Console& console) {
  check_outputs({options.out}, {options.study});
  Study study(options.study);
  const std::string text = export_csv(study);
  if (options.out.empty()) {
    console.result(text);
  } else {
    write_file(options.out, text);
    console.note("wrote " + options.out);
  }
}

}  // namespace dinas
