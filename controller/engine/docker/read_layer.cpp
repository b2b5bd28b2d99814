#include "controller/engine/docker/read_layer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "controller/engine/docker/errors.h"
#include "controller/engine/docker/json_read.h"

namespace boxwright::docker {

namespace {

/// Bytes of the list of changes: some million paths.
constexpr std::size_t kLongestList = std::size_t{256} << 20U;
/// More are not looked at: the largest ten of so many are worth no longer wait.
constexpr std::size_t kLookedAtMax = 50'000;

/// An open folder.
class Folder {
 public:
  explicit Folder(int fd) : fd_(fd) {}
  ~Folder() { close(); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  void become(int fd) {
    close();
    fd_ = fd;
  }

 private:
  void close() const {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd_;
};

}  // namespace

std::optional<Bytes> size_below(const std::string& folder, const std::string& path) {
  constexpr int kFolder = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Folder at(::open(folder.c_str(), kFolder));
  std::size_t from = path.find_first_not_of('/');
  while (at.fd() >= 0 && from != std::string::npos) {
    const auto end = path.find('/', from);
    const auto name = path.substr(from, end - from);
    if (name == "..") return std::nullopt;
    if (end == std::string::npos) {
      struct stat seen{};
      if (::fstatat(at.fd(), name.c_str(), &seen, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
      const bool has_content = S_ISREG(seen.st_mode) || S_ISLNK(seen.st_mode);
      return Bytes{has_content ? seen.st_size : 0};
    }
    at.become(::openat(at.fd(), name.c_str(), kFolder));
    from = path.find_first_not_of('/', end);
  }
  return std::nullopt;
}

Result<std::vector<engine::LayerChange>> read_changes(DockerApi& api, const ContainerId& id,
                                                      const std::stop_token& stop) {
  const std::string doing = "list what changed in container " + id.str().substr(0, 12);
  // The engine walks all of the layer before it answers.
  auto reply = api.call({.path = "/containers/" + url_escape(id.str()) + "/changes",
                         .body = {},
                         .total = api.deadlines().archive_silence,
                         .longest_reply = kLongestList},
                        stop);
  if (!reply) return tl::unexpected(with_context(std::move(reply).error(), doing));
  if (reply->status != 200) return tl::unexpected(reply_error(doing, reply->status, reply->body));
  auto changes = read_layer_changes(reply->body);
  if (!changes) return tl::unexpected(answer_error(doing, changes.error().message));
  return changes;
}

Result<engine::WritableLayer> read_layer(DockerApi& api, const state::ObservedContainer& container,
                                         const std::stop_token& stop) {
  const auto at = "/containers/" + url_escape(container.id.str());
  const std::string doing = "measure container " + container.name;
  BW_TRY_ASSIGN(const std::string inspect, api.get(at + "/json?size=true", doing, stop));
  const auto facts = read_layer_facts(inspect);
  if (!facts) return tl::unexpected(answer_error(doing, facts.error().message));
  BW_TRY_ASSIGN(auto changes, read_changes(api, container.id, stop));

  engine::WritableLayer layer;
  layer.size = facts->size;
  layer.home = engine::homes_text(engine::homes_of(container));
  auto at_stake = engine::changes_at_stake(container, std::move(changes));
  std::size_t looked_at = 0;
  for (auto& change : at_stake) {
    if (facts->folder.empty() || ++looked_at > kLookedAtMax) break;
    if (change.kind != engine::LayerChangeKind::Deleted) {
      change.size = size_below(facts->folder, change.path);
    }
  }
  engine::list_largest(layer, std::move(at_stake));
  return layer;
}

}  // namespace boxwright::docker
