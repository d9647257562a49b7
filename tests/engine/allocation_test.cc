// Once it has seen a batch, a worker of the fast engine allocates nothing of its own.
//
// The whole program's operator new is replaced here by one that counts while it is told to. oneDNN
// 2.6 allocates about nine small blocks inside every product that it executes: those are not ours
// to avoid, so allocations are told apart by the shared object that asks for them.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "engine/fast.h"
#include "engine/isa.h"
#include "support/random_model.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DINAS_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DINAS_COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef DINAS_COUNTS_ALLOCATIONS
#define DINAS_COUNTS_ALLOCATIONS 1
#endif

namespace {

struct Allocations {
  int ours = 0;
  int onednn = 0;
};

thread_local bool counting = false;
thread_local Allocations counted;

}  // namespace

#if DINAS_COUNTS_ALLOCATIONS

namespace {

void count(const void* caller) {
  Dl_info object{};
  const bool found = dladdr(caller, &object) != 0 && object.dli_fname != nullptr;
  const bool onednn =
      found && std::string_view(object.dli_fname).find("libdnnl") != std::string_view::npos;
  ++(onednn ? counted.onednn : counted.ours);
}

}  // namespace

// The forms for arrays and without exceptions call these. Inlined, they would look mismatched to
// the compiler, and the caller would be somebody else.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (counting) count(__builtin_return_address(0));
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

#endif

namespace dinas {
namespace {

struct Case {
  std::string space;
  Precision precision = Precision::kFloat32;
};

std::string name_of(const Case& c) {
  return test_name(c.space) + (c.precision == Precision::kBfloat16 ? "_bf16" : "_f32");
}

class Allocation : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!DINAS_COUNTS_ALLOCATIONS) GTEST_SKIP() << "the sanitizer has an operator new of its own";
    if (GetParam().precision == Precision::kBfloat16 && !has_bfloat16()) {
      GTEST_SKIP() << "this processor has no bfloat16 products";
    }
  }
};

// Graphs in random states, the condition and what is wanted of them changing from one to the next.
class Graphs {
 public:
  Graphs(const Skeleton& skeleton, std::size_t count, std::uint64_t seed)
      : conditions_{{-2.0F, kOpen}, {kOpen, kOpen}},
        logits_(count * static_cast<std::size_t>(skeleton.total_values())) {
    RandomStream stream(seed, Purpose::kCheck);
    for (std::size_t g = 0; g < count; ++g) {
      which_.push_back(static_cast<std::uint32_t>(g % 2));
      for (const Variable& v : skeleton.variables) {
        const auto values = static_cast<std::uint32_t>(v.size());
        states_.push_back(static_cast<std::uint8_t>(stream.below(values + 1)));
        wanted_.push_back(static_cast<std::uint8_t>(stream.below(2)));
      }
    }
  }

  /// What predicting them allocates.
  Allocations predict(DenoiserWorker& worker, bool everything) {
    NoisyBatch batch{which_.size(), states_, which_, conditions_};
    if (!everything) batch.wanted = wanted_;
    counted = {};
    counting = true;
    worker.predict(batch, logits_);
    counting = false;
    return counted;
  }

 private:
  std::vector<Condition> conditions_;
  std::vector<std::uint8_t> states_;
  std::vector<std::uint8_t> wanted_;
  std::vector<std::uint32_t> which_;
  std::vector<double> logits_;
};

TEST_P(Allocation, NoneAfterTheFirstBatch) {
  const auto space = any_space(GetParam().space);
  const Skeleton& skeleton = space->skeleton();
  const auto denoiser = make_fast_denoiser(random_model({}, skeleton, 2), *space,
                                           {.precision = GetParam().precision, .savings = {}});
  const auto worker = denoiser->make_worker();
  // The first batch works out the conditions, and shows that the counting counts.
  EXPECT_GT(Graphs(skeleton, 200, 1).predict(*worker, true).ours, 0);
  for (const std::size_t graphs : {200U, 77U, 1U}) {
    for (const bool everything : {true, false}) {
      EXPECT_EQ(Graphs(skeleton, graphs, 2 + graphs).predict(*worker, everything).ours, 0)
          << graphs << " graphs";
    }
  }
}

// Labels; edges and labels; inputs and labels.
INSTANTIATE_TEST_SUITE_P(Spaces, Allocation,
                         testing::Values(Case{"nasbench201"}, Case{"nasbench101"}, Case{"darts"},
                                         Case{"nasbench201", Precision::kBfloat16},
                                         Case{"darts", Precision::kBfloat16}),
                         [](const auto& test) { return name_of(test.param); });

}  // namespace
}  // namespace dinas
