#include "import/pickle_heap.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/error.h"

namespace dinas {
namespace {

PickleContainer* container_in(const PickleValue& value) {
  if (const auto* list = std::get_if<std::shared_ptr<PickleList>>(&value)) return list->get();
  if (const auto* dict = std::get_if<std::shared_ptr<PickleDict>>(&value)) return dict->get();
  return nullptr;
}

// Before `container` takes `value` in.
void hold(PickleContainer& container, const PickleValue& value) {
  constexpr int deepest = 100;
  PickleContainer* inner = container_in(value);
  if (!inner) return;
  if (inner == &container) throw Error("expected plain data, found a value that holds itself");
  container.depth = std::max(container.depth, inner->depth + 1);
  if (container.depth > deepest) {
    throw Error(fmt::format("expected at most {} levels of nesting, found more", deepest));
  }
  inner->held = true;
}

// What is inside another value stays as it is, so that no value can come to hold itself.
void check_open(const PickleContainer& container) {
  if (container.held) throw Error("expected plain data, found a change to a value already in use");
}

}  // namespace

PickleValue PickleHeap::text(std::string text, bool bytes) const {
  const auto node = make<PickleText>();
  node->charge.add(text.capacity());
  node->bytes = bytes;
  node->text = std::move(text);
  return node;
}

PickleValue PickleHeap::integer(std::string bytes) const {
  std::uint64_t value = 0;
  if (bytes.size() > sizeof(value)) return text(std::move(bytes), true);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
  }
  const bool negative = !bytes.empty() && (static_cast<std::uint8_t>(bytes.back()) & 0x80U) != 0;
  if (negative && bytes.size() < sizeof(value)) value |= ~std::uint64_t{0} << (8 * bytes.size());
  return std::bit_cast<std::int64_t>(value);
}

PickleValue PickleHeap::list(PickleList::Kind kind, std::vector<PickleValue> items) const {
  const auto node = make<PickleList>();
  node->kind = kind;
  append(*node, std::move(items));
  return node;
}

void PickleHeap::append(PickleList& list, std::vector<PickleValue> items) {
  check_open(list);
  make_room(list.items, items.size(), list.charge);
  for (PickleValue& item : items) {
    hold(list, item);
    list.items.push_back(std::move(item));
  }
}

void PickleHeap::set_items(PickleDict& dict, std::vector<PickleValue> items) {
  check_open(dict);
  if (items.size() % 2 != 0) throw Error("expected keys with values, found a key alone");
  make_room(dict.entries, items.size() / 2, dict.charge);
  for (std::size_t i = 0; i < items.size(); i += 2) {
    hold(dict, items[i]);
    hold(dict, items[i + 1]);
    dict.entries.emplace_back(std::move(items[i]), std::move(items[i + 1]));
  }
}

}  // namespace dinas
