// The instructions a pickle is made of (pickletools in Python's library documents them).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/byte_source.h"

namespace dinas {

/// How the bytes behind an opcode are laid out.
enum class PickleArgument {
  kNone,
  kNumber1,  // numbers of that many bytes, lowest first
  kNumber2,
  kNumber4,
  kNumber8,
  kText1,  // bytes behind their count of that many bytes
  kText4,
  kText8,
  kLines,  // two lines
};

struct PickleOpcode {
  std::uint8_t code = 0;
  std::string_view name;
  PickleArgument argument = PickleArgument::kNone;
};

struct PickleInstruction {
  const PickleOpcode* opcode = nullptr;
  std::uint64_t offset = 0;
  std::uint64_t number = 0;
  std::string text;
  std::string second;  // line of GLOBAL

  [[nodiscard]] char code() const { return static_cast<char>(opcode->code); }
};

/// Reads the next instruction. Throws Error with the offset for the end of the bytes, for opcodes
/// that are not known, for those that make objects of classes (INST, OBJ, BINPERSID, ..., and
/// NEWOBJ unless `objects`), those that only protocols 0 and 1 write as text, and a text of more
/// than `longest` bytes.
void read_instruction(ByteReader& reader, PickleInstruction& instruction, std::uint64_t longest,
                      bool objects = false);

/// Which entries of its memo a pickle ever reads: a pickle notes every value it makes and comes
/// back to few.
using PickleUses = std::vector<bool>;

/// Passes over one pickle. Throws Error as read_instruction does and for a reference to an entry
/// that is not there.
PickleUses scan_pickle(ByteReader& reader);

}  // namespace dinas
