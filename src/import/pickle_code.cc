#include "import/pickle_code.h"

#include <fmt/format.h>

#include <array>

namespace dinas {
namespace {

using enum PickleArgument;

constexpr std::array<PickleOpcode, 47> kOpcodes = {{
    {0x80, "PROTO", kNumber1},
    {0x95, "FRAME", kNumber8},
    {'.', "STOP", kNone},
    {'(', "MARK", kNone},
    {'0', "POP", kNone},
    {'1', "POP_MARK", kNone},
    {'N', "NONE", kNone},
    {0x88, "NEWTRUE", kNone},
    {0x89, "NEWFALSE", kNone},
    {'K', "BININT1", kNumber1},
    {'M', "BININT2", kNumber2},
    {'J', "BININT", kNumber4},
    {0x8a, "LONG1", kText1},
    {0x8b, "LONG4", kText4},
    {'G', "BINFLOAT", kNumber8},
    {'U', "SHORT_BINSTRING", kText1},
    {'T', "BINSTRING", kText4},
    {'X', "BINUNICODE", kText4},
    {0x8c, "SHORT_BINUNICODE", kText1},
    {0x8d, "BINUNICODE8", kText8},
    {'C', "SHORT_BINBYTES", kText1},
    {'B', "BINBYTES", kText4},
    {0x8e, "BINBYTES8", kText8},
    {']', "EMPTY_LIST", kNone},
    {'a', "APPEND", kNone},
    {'e', "APPENDS", kNone},
    {'l', "LIST", kNone},
    {')', "EMPTY_TUPLE", kNone},
    {0x85, "TUPLE1", kNone},
    {0x86, "TUPLE2", kNone},
    {0x87, "TUPLE3", kNone},
    {'t', "TUPLE", kNone},
    {'}', "EMPTY_DICT", kNone},
    {'d', "DICT", kNone},
    {'s', "SETITEM", kNone},
    {'u', "SETITEMS", kNone},
    {0x8f, "EMPTY_SET", kNone},
    {0x90, "ADDITEMS", kNone},
    {'c', "GLOBAL", kLines},
    {0x93, "STACK_GLOBAL", kNone},
    {'R', "REDUCE", kNone},
    {'b', "BUILD", kNone},
    {'h', "BINGET", kNumber1},
    {'j', "LONG_BINGET", kNumber4},
    {'q', "BINPUT", kNumber1},
    {'r', "LONG_BINPUT", kNumber4},
    {0x94, "MEMOIZE", kNone},
}};

// Known, so that the message can name them, and refused.
constexpr std::array<PickleOpcode, 21> kRefused = {{
    {'i', "INST", kNone},
    {'o', "OBJ", kNone},
    {0x81, "NEWOBJ", kNone},
    {0x92, "NEWOBJ_EX", kNone},
    {'P', "PERSID", kNone},
    {'Q', "BINPERSID", kNone},
    {0x82, "EXT1", kNone},
    {0x83, "EXT2", kNone},
    {0x84, "EXT4", kNone},
    {0x97, "NEXT_BUFFER", kNone},
    {0x98, "READONLY_BUFFER", kNone},
    {0x91, "FROZENSET", kNone},
    {0x96, "BYTEARRAY8", kNone},
    {'2', "DUP", kNone},
    {'I', "INT", kNone},
    {'L', "LONG", kNone},
    {'F', "FLOAT", kNone},
    {'S', "STRING", kNone},
    {'V', "UNICODE", kNone},
    {'g', "GET", kNone},
    {'p', "PUT", kNone},
}};

constexpr PickleOpcode kNewObject = {0x81, "NEWOBJ", kNone};

constexpr std::size_t kCodes = 256;

constexpr std::array<const PickleOpcode*, kCodes> kByCode = [] {
  std::array<const PickleOpcode*, kCodes> table{};
  for (const PickleOpcode& opcode : kOpcodes) table[opcode.code] = &opcode;
  return table;
}();

[[noreturn]] void refuse(const ByteReader& reader, std::uint64_t offset, std::uint8_t code) {
  for (const PickleOpcode& opcode : kRefused) {
    if (opcode.code != code) continue;
    const bool old =
        std::string_view("ILFSVgp").find(static_cast<char>(code)) != std::string_view::npos;
    reader.fail(offset, old ? fmt::format("expected a pickle of protocol 2 to 5, found opcode {} "
                                          "of protocol 0; save it again with a later protocol",
                                          opcode.name)
                            : fmt::format("expected plain data (numbers, texts, lists, "
                                          "dictionaries), found opcode {}; nothing was run",
                                          opcode.name));
  }
  reader.fail(offset,
              fmt::format("expected a pickle, found the byte {:#04x}, which is no opcode", code));
}

int number_size(PickleArgument argument) {
  switch (argument) {
    case kNumber1:
    case kText1:
      return 1;
    case kNumber2:
      return 2;
    case kNumber4:
    case kText4:
      return 4;
    case kNumber8:
    case kText8:
      return 8;
    case kNone:
    case kLines:
      return 0;
  }
  return 0;
}

bool has_text(PickleArgument argument) {
  return argument == kText1 || argument == kText4 || argument == kText8;
}

// Everything but a counted text, whose size is then `number`.
void read_head(ByteReader& reader, PickleInstruction& instruction, bool objects) {
  instruction.offset = reader.offset();
  const std::uint8_t code = reader.byte("an opcode");
  instruction.opcode = objects && code == kNewObject.code ? &kNewObject : kByCode.at(code);
  if (!instruction.opcode) refuse(reader, instruction.offset, code);
  const PickleArgument argument = instruction.opcode->argument;
  const int size = number_size(argument);
  if (size > 0) instruction.number = reader.little_endian(size, instruction.opcode->name);
  if (argument == kLines) {
    instruction.text = reader.line("the module of GLOBAL");
    instruction.second = reader.line("the name of GLOBAL");
  }
}

}  // namespace

void read_instruction(ByteReader& reader, PickleInstruction& instruction, std::uint64_t longest,
                      bool objects) {
  read_head(reader, instruction, objects);
  if (has_text(instruction.opcode->argument)) {
    if (instruction.number > longest) {
      reader.fail(instruction.offset,
                  fmt::format("{}: expected at most {} bytes, found {}", instruction.opcode->name,
                              longest, instruction.number));
    }
    instruction.text = reader.text(instruction.number, instruction.opcode->name);
  }
}

PickleUses scan_pickle(ByteReader& reader) {
  PickleUses uses;
  PickleInstruction instruction;
  std::uint64_t noted = 0;
  while (true) {
    read_head(reader, instruction, false);
    if (has_text(instruction.opcode->argument)) {
      reader.skip(instruction.number, instruction.opcode->name);
    }
    const char code = instruction.code();
    if (code == '.') return uses;
    if (code == 'q' || code == 'r' || code == '\x94') ++noted;
    if (code != 'h' && code != 'j') continue;
    // Python counts from 0, its older C module from 1.
    if (instruction.number > noted) {
      reader.fail(instruction.offset, fmt::format("expected one of the {} values noted so far, "
                                                  "found a reference to number {}",
                                                  noted, instruction.number));
    }
    if (instruction.number >= uses.size()) uses.resize(instruction.number + 1);
    uses[instruction.number] = true;
  }
}

}  // namespace dinas
