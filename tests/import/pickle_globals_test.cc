#include "import/pickle_globals.h"

#include <gtest/gtest.h>

#include "import/support.h"

namespace dinas {
namespace {

using enum PickleList::Kind;

// (version, shape, type, Fortran order, bytes)
PickleValue state_of_bytes(const PickleHeap& heap, std::int64_t count) {
  const PickleValue name = heap.text("u1", false);
  const PickleValue type = call_global(heap, PickleGlobal::kDtype, heap.list(kTuple, {name}));
  const PickleValue raw = heap.text(std::string(static_cast<std::size_t>(count), '\x07'), true);
  return heap.list(kTuple, {std::int64_t{1}, heap.list(kTuple, {count}), type, false, raw});
}

// 1000 bytes become 8000 of numbers, which are not taken before they are known to be too many.
TEST(PickleGlobals, CountTheNumbersOfAnArrayFirst) {
  for (const bool enough : {true, false}) {
    const PickleHeap heap(enough ? 20000 : 6000);
    const auto array = heap.make<PickleArray>();
    const PickleValue state = state_of_bytes(heap, 1000);
    if (enough) {
      build_object(array, state);
      EXPECT_EQ(array->values, std::vector<double>(1000, 7.0));
      continue;
    }
    EXPECT_NE(error_of([&] { build_object(array, state); }).find("values of at most 0 MiB"),
              std::string::npos);
    EXPECT_EQ(array->values.capacity(), 0U);
  }
}

// A shape of 64 sizes takes 512 bytes, several times what the empty array itself does.
TEST(PickleGlobals, CountTheShapeOfAnArray) {
  const PickleHeap heap(20000);
  const auto array = heap.make<PickleArray>();
  const PickleValue name = heap.text("u1", false);
  const PickleValue type = call_global(heap, PickleGlobal::kDtype, heap.list(kTuple, {name}));
  const PickleValue shape = heap.list(kTuple, std::vector<PickleValue>(64, std::int64_t{0}));
  const PickleValue state =
      heap.list(kTuple, {std::int64_t{1}, shape, type, false, heap.text("", true)});
  const std::uint64_t before = heap.left();
  build_object(array, state);
  EXPECT_EQ(array->shape.size(), 64U);
  EXPECT_LE(heap.left() + 64 * sizeof(std::uint64_t), before);
}

TEST(PickleGlobals, CountTheItemsOfASetFirst) {
  const PickleHeap heap(3 * 100 * sizeof(PickleValue) / 2);
  const PickleValue list = heap.list(kList, std::vector<PickleValue>(100, false));
  const PickleValue arguments = heap.list(kTuple, {list});
  EXPECT_NE(error_of([&] {
              call_global(heap, PickleGlobal::kSet, arguments);
            }).find("values of at most 0 MiB"),
            std::string::npos);
}

TEST(PickleGlobals, CountTypes) {
  const PickleHeap heap(10000);
  const PickleValue arguments = heap.list(kTuple, {heap.text("f8", false)});
  const std::uint64_t before = heap.left();
  const PickleValue type = call_global(heap, PickleGlobal::kDtype, arguments);
  EXPECT_LE(heap.left() + sizeof(PickleDtype), before);
}

}  // namespace
}  // namespace dinas
