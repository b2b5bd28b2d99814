#include "controller/cli/chunk_pipe.h"

#include <utility>

namespace boxwright::cli {

namespace {
/// The engine sends 16 to 64 KiB at once.
constexpr std::size_t kWaitingMax = 32;
}  // namespace

bool ChunkPipe::push(std::string chunk) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || waiting_.size() < kWaitingMax; });
  if (closed_) return false;
  if (!chunk.empty()) waiting_.push_back(std::move(chunk));
  changed_.notify_all();
  return true;
}

void ChunkPipe::end(const Status& how) {
  const std::lock_guard lock(mutex_);
  if (!ended_) ended_ = how;
  changed_.notify_all();
}

Result<std::string> ChunkPipe::pop() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || ended_ || !waiting_.empty(); });
  if (!waiting_.empty()) {
    std::string chunk = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return chunk;
  }
  if (ended_ && !*ended_) return tl::unexpected(ended_->error());
  return std::string{};
}

void ChunkPipe::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  waiting_.clear();
  changed_.notify_all();
}

}  // namespace boxwright::cli
