#pragma once
// A hash of what does not fit into memory at once.

#include <memory>
#include <string>
#include <string_view>

namespace boxwright {

class RunningSha256 {
 public:
  RunningSha256();
  ~RunningSha256();
  RunningSha256(const RunningSha256&) = delete;
  RunningSha256& operator=(const RunningSha256&) = delete;

  void add(std::string_view bytes);
  /// Of all that was added, in lower-case hex. Once.
  [[nodiscard]] std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace boxwright
