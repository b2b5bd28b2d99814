#include "controller/layers/restore_layer.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "controller/layers/archive_reader.h"

namespace boxwright::layers {

namespace {

using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;

Status disk_said(archive& out, int code, const std::string& path) {
  if (code >= ARCHIVE_WARN) return {};
  const char* words = archive_error_string(&out);
  return fail(ErrorCode::Unavailable, RetryClass::Terminal, "cannot write {}: {}", path,
              words == nullptr ? "no reason given" : words);
}

Status copy_contents(archive& in, archive& out, const std::string& path) {
  const void* data = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  while (true) {
    const int got = archive_read_data_block(&in, &data, &size, &offset);
    if (got == ARCHIVE_EOF) return {};
    if (got < ARCHIVE_WARN) {
      return fail(ErrorCode::Corrupt, RetryClass::Terminal, "{} cannot be read out of the archive",
                  path);
    }
    const auto put = archive_write_data_block(&out, data, size, offset);
    BW_TRY(disk_said(out, static_cast<int>(std::min<la_ssize_t>(put, 0)), path));
  }
}

bool is_device(archive_entry& entry) {
  const auto type = archive_entry_filetype(&entry);
  return type == AE_IFBLK || type == AE_IFCHR;
}

}  // namespace

Status restore_into_container(engine::Engine& engine, const LayerFiles& files,
                              const LayerNote& note, const ContainerId& container,
                              const std::stop_token& stop) {
  BW_TRY(check_digest(files, note));
  BW_TRY_ASSIGN(const auto chunks, unpacked(files, note));
  return engine.write_archive(container, "/", chunks, stop);
}

Status restore_into_folder(const LayerFiles& files, const LayerNote& note,
                           const std::filesystem::path& folder) {
  BW_TRY(check_digest(files, note));
  // A link in the folder's own path is the person's; below it none is followed.
  std::error_code error;
  const auto root = std::filesystem::canonical(folder, error);
  if (error) {
    return fail(ErrorCode::NotFound, RetryClass::Terminal, "cannot write to {}: {}",
                folder.string(), error.message());
  }
  int flags = ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_UNLINK |
              ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT;
  if (::geteuid() == 0) flags |= ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_XATTR;
  const Writer out(archive_write_disk_new(), archive_write_free);
  archive_write_disk_set_options(out.get(), flags);
  const auto write = [&](archive& in, archive_entry& entry) -> Status {
    if (is_device(entry)) return {};
    const auto path = root.string() + "/" + archive_entry_pathname(&entry);
    archive_entry_set_pathname(&entry, path.c_str());
    if (const char* target = archive_entry_hardlink(&entry)) {
      archive_entry_set_hardlink(&entry, (root.string() + "/" + target).c_str());
    }
    BW_TRY(disk_said(*out, archive_write_header(out.get(), &entry), path));
    if (archive_entry_size(&entry) > 0) BW_TRY(copy_contents(in, *out, path));
    return disk_said(*out, archive_write_finish_entry(out.get()), path);
  };
  BW_TRY(read_entries(files, note, write));
  return disk_said(*out, archive_write_close(out.get()), root.string());
}

}  // namespace boxwright::layers
