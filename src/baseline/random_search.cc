#include "baseline/random_search.h"

#include "baseline/candidates.h"

namespace dinas {
namespace {

class RandomSearch : public SearchMethod {
 public:
  RandomSearch(const SearchTask& task, std::uint64_t seed) : task_(task), seed_(seed) {}

  [[nodiscard]] std::string_view name() const override { return "random"; }

  std::vector<Architecture> propose(const History& history, std::size_t count) override {
    index_.update(history);
    Proposal proposal(task_, index_, count);
    proposal.begin(history, seed_, history.size() + count);
    return proposal.take();
  }

 private:
  SearchTask task_;
  std::uint64_t seed_;
  HistoryIndex index_;
};

}  // namespace

std::unique_ptr<SearchMethod> make_random_search(const SearchTask& task, std::uint64_t seed) {
  return std::make_unique<RandomSearch>(task, seed);
}

}  // namespace dinas
