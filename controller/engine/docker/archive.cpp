#include "controller/engine/docker/archive.h"

#include <utility>

#include "controller/engine/docker/errors.h"

namespace boxwright::docker {

namespace {

std::string archive_path(const ContainerId& id, const std::string& path) {
  return fmt::format("/containers/{}/archive?path={}", url_escape(id.str()), url_escape(path));
}

Status stream_archive(DockerApi& api, const std::string& path, const std::string& doing,
                      const engine::ArchiveSink& sink, const std::stop_token& stop) {
  auto reply = api.stream({.path = path, .body = {}, .silence = api.deadlines().archive_silence},
                          {.opened = {}, .chunk = sink}, stop);
  if (!reply) return tl::unexpected(with_context(std::move(reply).error(), doing));
  if (reply->status != 200) return tl::unexpected(reply_error(doing, reply->status, reply->body));
  return {};
}

}  // namespace

Status read_archive(DockerApi& api, const ContainerId& id, const std::string& path,
                    const engine::ArchiveSink& sink, const std::stop_token& stop) {
  const std::string doing =
      fmt::format("read {} of container {}", printable(path), id.str().substr(0, 12));
  return stream_archive(api, archive_path(id, path), doing, sink, stop);
}

Status read_all_files(DockerApi& api, const ContainerId& id, const engine::ArchiveSink& sink,
                      const std::stop_token& stop) {
  const std::string doing = "read all files of container " + id.str().substr(0, 12);
  return stream_archive(api, "/containers/" + url_escape(id.str()) + "/export", doing, sink, stop);
}

Status write_archive(DockerApi& api, const ContainerId& id, const std::string& path,
                     const engine::ArchiveChunks& next_chunk, const std::stop_token& stop) {
  const std::string doing =
      fmt::format("write to {} of container {}", printable(path), id.str().substr(0, 12));
  // A folder is not to be replaced by a file, nor the other way round.
  auto reply = api.call({.method = "PUT",
                         .path = archive_path(id, path) + "&noOverwriteDirNonDir=1",
                         .body = {},
                         .upload = next_chunk,
                         .silence = api.deadlines().archive_silence},
                        stop);
  if (!reply) return tl::unexpected(with_context(std::move(reply).error(), doing));
  if (reply->status != 200) return tl::unexpected(reply_error(doing, reply->status, reply->body));
  return {};
}

}  // namespace boxwright::docker
