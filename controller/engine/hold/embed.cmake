# Writes the bytes of PROGRAM as a C++ source to OUTPUT.
file(READ "${PROGRAM}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..)" "\\1\n" bytes "${bytes}")
file(WRITE "${OUTPUT}" "#include \"controller/engine/hold/hold_program.h\"

namespace boxwright::engine {
namespace {
constexpr unsigned char kBytes[] = {
${bytes}};
}  // namespace

std::string_view hold_program() {
  return {reinterpret_cast<const char*>(kBytes), sizeof kBytes};
}

}  // namespace boxwright::engine
")
