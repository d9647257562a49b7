#include "study/command_evaluator.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "study/shell.h"

namespace dinas {
namespace {

constexpr std::size_t kLongestQuote = 200;
constexpr int kShellSignal = 128;  // a shell adds it to the signal that ended its command

std::string signal_name(int signal) {
  return fmt::format("signal {} ({})", signal, ::strsignal(signal));
}

// "; it said: ..." with the last line that is not empty.
std::string quote_errors(std::string_view errors) {
  while (!errors.empty() && (errors.back() == '\n' || errors.back() == ' ')) {
    errors.remove_suffix(1);
  }
  errors = errors.substr(errors.rfind('\n') + 1);  // npos + 1 is 0
  if (errors.empty()) return "";
  return "; it said: " + printable(errors.substr(0, kLongestQuote));
}

Failure exit_failure(int status) {
  if (WIFSIGNALED(status)) {
    return {Failure::Kind::kSignal, "ended by " + signal_name(WTERMSIG(status)), {}};
  }
  const int code = WEXITSTATUS(status);
  const int signal = code - kShellSignal;
  if (signal > 0 && signal < NSIG) {
    return {Failure::Kind::kSignal, "ended by " + signal_name(signal), code};
  }
  return {Failure::Kind::kExitStatus, fmt::format("exit status {}", code), code};
}

}  // namespace

std::string question_of(const Space& space, const Ticket& ticket) {
  const Space::NamedGraph graph = space.graph(ticket.architecture);
  const nlohmann::ordered_json question = {
      {"architecture", ticket.notation},
      {"graph", {{"nodes", graph.labels}, {"edges", graph.edges}}},
      {"metrics", ticket.wanted}};
  return question.dump() + "\n";
}

CommandEvaluator::CommandEvaluator(std::shared_ptr<const Space> space, CommandOptions options)
    : space_(std::move(space)), options_(std::move(options)) {
  DINAS_CHECK(options_.workers >= 1);
  check_command(options_.command);
}

void CommandEvaluator::start(Ticket ticket) {
  try {
    Child child(command_for(options_.command, ticket.notation), question_of(*space_, ticket));
    std::optional<Clock::time_point> deadline;
    if (options_.time_limit) {
      deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                    std::chrono::duration<double>(*options_.time_limit));
    }
    running_.push_back({std::move(ticket), std::move(child), deadline});
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    not_started_.push_back(
        {std::move(ticket), {{}, "", Failure{Failure::Kind::kNotStarted, error.what(), {}}}});
  }
}

void CommandEvaluator::wait_for_events(double seconds) {
  std::vector<pollfd> events;
  for (Running& r : running_) {
    for (const int number :
         {r.child.ended(), r.child.output().number(), r.child.errors().number()}) {
      events.push_back({number, POLLIN, 0});  // a negative number is passed over
    }
    if (r.deadline) {
      const std::chrono::duration<double> left = *r.deadline - Clock::now();
      seconds = std::clamp(left.count(), 0.0, seconds);
    }
  }
  const int milliseconds = static_cast<int>(seconds * 1000.0) + 1;
  ::poll(events.data(), events.size(), milliseconds);
}

std::vector<Finished> CommandEvaluator::wait(double seconds) {
  std::vector<Finished> result = std::exchange(not_started_, {});
  if (running_.empty() || !result.empty()) return result;
  wait_for_events(seconds);
  for (auto r = running_.begin(); r != running_.end();) {
    r->child.output().read();
    r->child.errors().read();
    pollfd ended{r->child.ended(), POLLIN, 0};
    const bool is_over = ::poll(&ended, 1, 0) == 1;
    const bool too_late = !is_over && r->deadline && Clock::now() >= *r->deadline;
    if (is_over || too_late) {
      Answer answer = finish(*r, too_late);
      result.push_back({std::move(r->ticket), std::move(answer)});
      r = running_.erase(r);
    } else {
      ++r;
    }
  }
  return result;
}

Answer CommandEvaluator::finish(Running& running, bool too_late) const {
  const int status = running.child.finish();
  Answer answer;
  if (too_late) {
    answer.failure =
        Failure{Failure::Kind::kTimeLimit,
                fmt::format("not done after {} s: killed", options_.time_limit.value_or(0)),
                {}};
  } else if (status != 0) {
    answer.failure = exit_failure(status);
  } else {
    answer = read_answer(running.child.output().text(), running.ticket.wanted);
    if (answer.failure) answer.failure->exit_status = 0;
  }
  if (answer.failure) answer.failure->message += quote_errors(running.child.errors().text());
  return answer;
}

std::vector<Ticket> CommandEvaluator::stop() {
  std::vector<Ticket> tickets;
  for (Running& r : running_) tickets.push_back(std::move(r.ticket));
  running_.clear();
  for (Finished& f : std::exchange(not_started_, {})) tickets.push_back(std::move(f.ticket));
  return tickets;
}

}  // namespace dinas
