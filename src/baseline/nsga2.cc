#include "baseline/nsga2.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "baseline/candidates.h"
#include "baseline/pareto.h"
#include "baseline/worth.h"

namespace dinas {
namespace {

constexpr std::size_t kPopulation = 20;

/// A result and how it compares; smaller tuples are fitter.
struct Member {
  const Observation* observation;
  std::tuple<double, std::size_t, double> place;  // violation, front, -crowding
};

class Nsga2 : public SearchMethod {
 public:
  Nsga2(const SearchTask& task, std::uint64_t seed) : task_(task), seed_(seed) {}

  [[nodiscard]] std::string_view name() const override { return "nsga2"; }

  std::vector<Architecture> propose(const History& history, std::size_t count) override {
    index_.update(history);
    RandomStream stream = search_stream(seed_, history);
    Proposal proposal(task_, index_, count);
    proposal.begin(history, seed_, kPopulation);
    if (!proposal.full()) {
      const std::vector<Member> population = fittest(history);
      while (!population.empty() && !proposal.full() && breed(population, proposal, stream)) {
      }
    }
    proposal.fill(stream);
    return proposal.take();
  }

 private:
  [[nodiscard]] std::vector<Member> fittest(const History& history) const {
    std::vector<Member> members;
    std::vector<Point> kept;
    for (const Observation& o : history) {
      if (!is_result(task_, o)) continue;
      const double excess = violation(task_, o.values);
      members.push_back({&o, {excess, 0, 0.0}});
      if (excess == 0.0) kept.push_back(oriented_objectives(task_, o));
    }
    // What breaks a limit is compared by how much alone.
    const std::vector<std::size_t> front = fronts(kept);
    const std::vector<double> distance = crowding_by_front(kept, front);
    std::size_t next = 0;
    for (Member& m : members) {
      if (std::get<0>(m.place) > 0.0) continue;
      m.place = {0.0, front[next], -distance[next]};
      ++next;
    }
    std::ranges::stable_sort(members, {}, &Member::place);
    members.resize(std::min(members.size(), kPopulation));
    return members;
  }

  static std::vector<double> crowding_by_front(const std::vector<Point>& points,
                                               const std::vector<std::size_t>& front) {
    std::vector<std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (front[i] >= members.size()) members.resize(front[i] + 1);
      members[front[i]].push_back(i);
    }
    std::vector<double> distance(points.size());
    for (const auto& group : members) {
      std::vector<Point> together;
      for (const std::size_t i : group) together.push_back(points[i]);
      const std::vector<double> found = crowding(together);
      for (std::size_t k = 0; k < group.size(); ++k) distance[group[k]] = found[k];
    }
    return distance;
  }

  static const Architecture& parent(const std::vector<Member>& population, RandomStream& stream) {
    const auto size = static_cast<std::uint32_t>(population.size());
    const Member& a = population[stream.below(size)];
    const Member& b = population[stream.below(size)];
    return (b.place < a.place ? b : a).observation->architecture;
  }

  bool breed(const std::vector<Member>& population, Proposal& proposal,
             RandomStream& stream) const {
    const Skeleton& skeleton = task_.space->skeleton();
    for (int i = 0; i < kFruitless; ++i) {
      Architecture child = parent(population, stream);
      if (stream.below(2) == 0)
        child = crossed(skeleton, child, parent(population, stream), stream);
      if (proposal.offer(mutated(skeleton, child, stream))) return true;
    }
    return false;
  }

  SearchTask task_;
  std::uint64_t seed_;
  HistoryIndex index_;
};

}  // namespace

std::unique_ptr<SearchMethod> make_nsga2(const SearchTask& task, std::uint64_t seed) {
  return std::make_unique<Nsga2>(task, seed);
}

}  // namespace dinas
