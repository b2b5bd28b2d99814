// Any bytes at all as an answer of the engine: every reader gives a value or an error, and the
// engine's words reach people as one printable line.

#include <algorithm>
#include <cstdint>
#include <string>

#include "controller/engine/docker/errors.h"
#include "controller/engine/docker/json_read.h"
#include "tests/fuzz/must_hold.h"

namespace {

using namespace boxwright;
using fuzz::must_hold;

/// Of an answer only that it is one is asked; a failure must be one that is tried again or told.
template <class T>
void check(const Result<T>& answer) {
  if (!answer) must_hold(!answer.error().message.empty(), "an error says what it is");
}

void read_everything(const std::string& text) {
  check(docker::read_container_list(text));
  check(docker::read_container(text));
  check(docker::read_tty(text));
  check(docker::read_layer_facts(text));
  check(docker::read_layer_changes(text));
  check(docker::read_image(text));
  check(docker::read_volume_list(text));
  check(docker::read_network_list(text));
  check(docker::read_labels(text));
  check(docker::read_info(text));
  check(docker::read_version(text));
  check(docker::read_reply(text));
  check(docker::read_exit_code(text));
  check(docker::read_memory_in_use(text));
  check(docker::read_pull_line(text));
  check(docker::read_event(text));
}

bool is_control(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return byte < 0x20 || byte == 0x7F;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read_everything(text);
  const std::string words = docker::engine_words(text);
  must_hold(words.size() <= 1000, "the engine's words are few", words);
  must_hold(std::none_of(words.begin(), words.end(), is_control), "and printable", words);
  check(Result<void>(tl::unexpected(docker::reply_error("look", 500, text))));
  return 0;
}
