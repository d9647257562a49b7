// The notations and the rules of the space files that come with the program.
#include "fuzz/properties.h"
#include "fuzz/target.h"
#include "support/spaces.h"

void dinas::fuzz_one(std::string_view input) {
  static const auto spaces = {shipped_space("enas.toml"), shipped_space("mobilenet_chain.toml"),
                              shipped_space("nasbench201.toml"),
                              shipped_space("nasbench_graph.toml")};
  for (const auto& space : spaces) check_input(*space, input);
}
