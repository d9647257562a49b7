#include "import/pickle.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>
#include <unordered_map>

#include "base/error.h"
#include "import/pickle_globals.h"
#include "import/pickle_heap.h"

namespace dinas {
namespace {

class PickleMachine {
 public:
  PickleMachine(ByteReader& reader, const PickleOptions& options)
      : reader_(reader), options_(options), heap_(options.memory_limit) {
    heap_.open(charge_);
  }

  PickleValue run() {
    while (true) {
      // A text that grows is there up to three times over.
      read_instruction(reader_, now_, heap_.left() / 3, options_.boosters);
      try {
        if (now_.code() == '.') return last();
        if (!run_scalar() && !run_list() && !run_dict() && !run_stack()) run_global();
      } catch (const Error& problem) {
        reader_.fail(now_.offset, fmt::format("{}: {}", now_.opcode->name, problem.what()));
      }
    }
  }

 private:
  bool run_scalar();
  bool run_list();
  bool run_dict();
  bool run_stack();
  void run_global();

  PickleValue last() {
    if (stack_.size() != 1 || !marks_.empty()) {
      throw Error(fmt::format("expected one value, found {}", stack_.size()));
    }
    return pop();
  }
  void push(PickleValue value) {
    make_room(stack_, 1, charge_);
    stack_.push_back(std::move(value));
  }
  PickleValue& top() {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) {
      throw Error("expected a value on the stack, found none");
    }
    return stack_.back();
  }
  PickleValue pop() {
    PickleValue value = std::move(top());
    stack_.pop_back();
    return value;
  }
  std::vector<PickleValue> pop(std::size_t count) {
    std::vector<PickleValue> values(count);
    for (std::size_t i = count; i > 0; --i) values[i - 1] = pop();
    return values;
  }
  // The values above the last mark, which goes with them.
  std::vector<PickleValue> pop_mark() {
    if (marks_.empty()) throw Error("expected a mark on the stack, found none");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    // The container that takes them holds as much again before they go.
    heap_.check(2 * (stack_.size() - marks_.back()) * sizeof(PickleValue));
    marks_.pop_back();
    std::vector<PickleValue> values(std::make_move_iterator(begin),
                                    std::make_move_iterator(stack_.end()));
    stack_.erase(begin, stack_.end());
    return values;
  }
  void append(PickleList::Kind kind, std::vector<PickleValue> values) {
    const auto* list = std::get_if<std::shared_ptr<PickleList>>(&top());
    if (!list || (*list)->kind != kind) throw Error("expected a list below, found something else");
    PickleHeap::append(**list, std::move(values));
  }
  void set_items(std::vector<PickleValue> values) {
    const auto* dict = std::get_if<std::shared_ptr<PickleDict>>(&top());
    if (!dict) throw Error("expected a dictionary below, found something else");
    PickleHeap::set_items(**dict, std::move(values));
    if (options_.reduce) options_.reduce(**dict, now_.offset);
  }
  void note(std::uint64_t index) {
    ++noted_;
    const bool wanted =
        !options_.uses || (index < options_.uses->size() && (*options_.uses)[index]);
    if (!wanted) return;
    const PickleValue& value = top();
    if (!memo_.contains(index)) charge_.add(sizeof(PickleValue) + 4 * sizeof(void*));
    memo_[index] = value;
  }
  void recall(std::uint64_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) {
      throw Error(fmt::format("expected the number of a value noted before, found {}", index));
    }
    push(found->second);
  }

  ByteReader& reader_;
  const PickleOptions& options_;
  PickleHeap heap_;
  PickleCharge charge_;  // for the stack, its marks and the memo
  PickleInstruction now_;
  std::vector<PickleValue> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, PickleValue> memo_;
  std::uint64_t noted_ = 0;
};

bool PickleMachine::run_scalar() {
  switch (now_.code()) {
    case 'N':
      push(std::monostate{});
      return true;
    case '\x88':
    case '\x89':
      push(now_.code() == '\x88');
      return true;
    case 'K':
    case 'M':
      push(static_cast<std::int64_t>(now_.number));
      return true;
    case 'J':
      push(std::int64_t{std::bit_cast<std::int32_t>(static_cast<std::uint32_t>(now_.number))});
      return true;
    case 'G':  // the one number with the highest byte first
      push(std::bit_cast<double>(__builtin_bswap64(now_.number)));
      return true;
    case '\x8a':
    case '\x8b':
      push(heap_.integer(std::move(now_.text)));
      return true;
    case 'X':
    case '\x8c':
    case '\x8d':
    case 'U':
    case 'T':
      push(heap_.text(std::move(now_.text), false));
      return true;
    case 'C':
    case 'B':
    case '\x8e':
      push(heap_.text(std::move(now_.text), true));
      return true;
    default:
      return false;
  }
}

bool PickleMachine::run_list() {
  using enum PickleList::Kind;
  switch (now_.code()) {
    case ']':
      push(heap_.list(kList, {}));
      return true;
    case ')':
      push(heap_.list(kTuple, {}));
      return true;
    case '\x8f':
      push(heap_.list(kSet, {}));
      return true;
    case 'l':
      push(heap_.list(kList, pop_mark()));
      return true;
    case 't':
      push(heap_.list(kTuple, pop_mark()));
      return true;
    case '\x85':
    case '\x86':
    case '\x87':
      push(heap_.list(kTuple, pop(static_cast<std::size_t>(now_.opcode->code - 0x84))));
      return true;
    case 'a':
      append(kList, pop(1));
      return true;
    case 'e':
      append(kList, pop_mark());
      return true;
    case '\x90':
      append(kSet, pop_mark());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::run_dict() {
  switch (now_.code()) {
    case '}':
      push(heap_.make<PickleDict>());
      return true;
    case 'd': {
      auto values = pop_mark();
      push(heap_.make<PickleDict>());
      set_items(std::move(values));
      return true;
    }
    case 's':
      set_items(pop(2));
      return true;
    case 'u':
      set_items(pop_mark());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::run_stack() {
  switch (now_.code()) {
    case '\x80':
      if (now_.number < 2 || now_.number > 5) {
        throw Error(fmt::format("expected protocol 2 to 5, found {}", now_.number));
      }
      return true;
    case '\x95':
      return true;
    case '(':
      make_room(marks_, 1, charge_);
      marks_.push_back(stack_.size());
      return true;
    case '0':
      pop();
      return true;
    case '1':
      pop_mark();
      return true;
    case 'h':
    case 'j':
      recall(now_.number);
      return true;
    case 'q':
    case 'r':
      note(now_.number);
      return true;
    case '\x94':
      note(noted_);
      return true;
    default:
      return false;
  }
}

// GLOBAL, STACK_GLOBAL, REDUCE, NEWOBJ and BUILD, all that is left.
void PickleMachine::run_global() {
  if (now_.code() == 'c') {
    push(known_global(now_.text, now_.second, options_.boosters));
    return;
  }
  auto values = pop(2);
  if (now_.code() == '\x93') {
    const auto* module = std::get_if<std::shared_ptr<PickleText>>(&values[0]);
    const auto* name = std::get_if<std::shared_ptr<PickleText>>(&values[1]);
    if (!module || !name) throw Error("expected a module and a name, found something else");
    push(known_global((*module)->text, (*name)->text, options_.boosters));
  } else if (now_.code() == 'R') {
    push(call_global(heap_, values[0], values[1]));
  } else if (now_.code() == '\x81') {
    push(new_object(values[0], values[1]));
  } else if (is_booster(values[0])) {
    push(std::move(values[1]));  // its state is all of it
  } else {
    build_object(values[0], values[1]);
    push(std::move(values[0]));
  }
}

}  // namespace

PickleValue read_pickle(ByteReader& reader, const PickleOptions& options) {
  return PickleMachine(reader, options).run();
}

}  // namespace dinas
