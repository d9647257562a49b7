#include "cli/sample_store.h"

#include <chrono>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "base/file.h"

namespace dinas {

SampleStore::SampleStore(std::string path, std::shared_ptr<const Space> space, std::string model)
    : path_(std::move(path)), space_(std::move(space)), model_(std::move(model)) {
  if (!std::filesystem::exists(path_)) return;
  try {
    content_ = nlohmann::json::parse(read_file(path_));
    static_cast<void>(size());
    static_cast<void>(seconds_per_call());
    for (const nlohmann::json& draw : content_.at("draws")) static_cast<void>(read(draw));
    if (content_.at("model") != model_) content_ = nlohmann::json::object();
  } catch (const nlohmann::json::exception&) {
    throw Error(path_ + " is not a file of samples that dinas wrote: remove it to draw them again");
  }
}

void SampleStore::plan(const SamplingSize& size, double seconds_per_call) {
  content_ = {{"model", model_},
              {"queries", size.queries},
              {"repeats", size.repeats},
              {"steps", size.steps},
              {"seconds_per_call", seconds_per_call},
              {"draws", nlohmann::json::array()}};
}

SamplingSize SampleStore::size() const {
  return {content_.at("queries").get<std::int64_t>(), content_.at("repeats").get<std::int64_t>(),
          content_.at("steps").get<int>()};
}

double SampleStore::seconds_per_call() const {
  return content_.at("seconds_per_call").get<double>();
}

Draw SampleStore::read(const nlohmann::json& draw) const {
  Draw result;
  result.projected = draw.at("projected").get<std::uint64_t>();
  draw.at("seconds").get<double>();
  for (const nlohmann::json& notation : draw.at("architectures")) {
    std::string why;
    const auto architecture = space_->parse(notation.get<std::string>(), why);
    if (!architecture) throw Error(path_ + ": " + why + "; remove the file to draw again");
    result.architectures.push_back(*architecture);
  }
  return result;
}

Draw SampleStore::draw(std::uint64_t count, std::uint32_t first_item, const DrawFunction& fresh) {
  for (const nlohmann::json& draw : content_.at("draws")) {
    if (draw.at("first") == first_item && draw.at("count") == count) return read(draw);
  }
  const auto start = std::chrono::steady_clock::now();
  Draw result = fresh(count, first_item);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  nlohmann::json draw = {{"first", first_item},
                         {"count", count},
                         {"projected", result.projected},
                         {"seconds", seconds.count()},
                         {"architectures", nlohmann::json::array()}};
  for (const Architecture& a : result.architectures) {
    draw["architectures"].push_back(space_->print(a));
  }
  content_["draws"].push_back(std::move(draw));
  write_file(path_, content_.dump(1) + "\n");
  return result;
}

double SampleStore::seconds() const {
  double seconds = 0.0;
  if (!planned()) return seconds;
  for (const nlohmann::json& draw : content_.at("draws"))
    seconds += draw.at("seconds").get<double>();
  return seconds;
}

std::uint64_t SampleStore::architectures() const {
  std::uint64_t count = 0;
  for (const nlohmann::json& draw : content_.at("draws"))
    count += draw.at("count").get<std::uint64_t>();
  return count;
}

}  // namespace dinas
