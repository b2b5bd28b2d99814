// init and new: the first files of a source, with what one wants to know beside them.

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "controller/cli/exit_codes.h"
#include "controller/cli/terminal.h"
#include "controller/cli/verbs.h"
#include "specs/base/open_file.h"
#include "specs/parse/documents.h"
#include "specs/parse/plain_scalar.h"
#include "specs/parse/rules.h"
#include "specs/source/listing.h"

namespace boxwright::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* kMarkerText =
    R"(# This file marks the folder as a source of boxes: without it nothing here is read, so that an
# unmounted or wrong folder never looks like one without boxes. `boxwright explain Source` lists all.
apiVersion: boxwright.dev/v1
kind: Source
metadata:
  name: {name} # the source's identity: keep it when the folder moves
spec:
  # domain: boxes.example # boxes are at SUBDOMAIN.boxes.example; without a domain nothing is routed
  pruneDelay: 10m # from a box's absence in the files to its removal
  # secretsDir: secrets # one file for each secret; keep it out of Git
)";

constexpr const char* kBoxText =
    R"(# One box. Every field that is left out has its default: `boxwright explain spec` lists them.
apiVersion: boxwright.dev/v1
kind: Box
metadata:
  name: {key} # the container is box-{name}
  # owner: {name}@example.org # who may inherit this box's data
spec:
  image: {image}
  resources: # changed while the box runs, without a restart
    cpus: 1.5
    memory: 2GiB
  # env: {{EDITOR: vim}}
  # secrets:
  #   PASSWORD: {{from: {name}-password}} # a file of that name in the source's secretsDir
)";

/// Writes a file that must not exist yet, all of it or nothing.
Status write_new(const fs::path& path, const std::string& text) {
  OpenFile opened(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!opened.is_open() && errno == EEXIST) {
    return fail(ErrorCode::Conflict, RetryClass::Terminal,
                "{} is there already, and is not overwritten", path.string());
  }
  const bool made = opened.is_open();
  if (made && write_all(opened.fd(), text) && opened.close()) return {};
  const int why = errno;
  std::error_code ignored;
  if (made) fs::remove(path, ignored);
  const auto code = why == EACCES || why == EPERM ? ErrorCode::Denied : ErrorCode::Unavailable;
  return fail(code, RetryClass::Terminal, "{} cannot be written ({})", path.string(),
              std::generic_category().message(why));
}

/// A source's name from its folder's, where that can be one.
std::string source_name(const fs::path& folder) {
  std::error_code ignored;
  const auto whole = fs::absolute(folder, ignored).lexically_normal();
  const auto last = whole.has_filename() ? whole.filename() : whole.parent_path().filename();
  const auto name = last.string();
  return specs::check_box_name(name) || name == "table" ? "default" : name;
}

/// A box's file as a person would begin it; what is wrong with it (a reserved name, an image that
/// is none) is said before anything is written.
Result<std::string> box_text(const std::string& name, const std::string& image) {
  const bool special = specs::is_number(name) || specs::is_true_or_false(name) ||
                       specs::other_meaning(name) != nullptr;
  auto text = fmt::format(kBoxText, fmt::arg("key", special ? '"' + name + '"' : name),
                          fmt::arg("name", name), fmt::arg("image", image));
  const auto read = specs::read_documents({{name + ".yaml", text}});
  if (read.problems.empty()) return text;
  const auto& problem = read.problems.front();
  return fail(ErrorCode::InvalidSpec, RetryClass::Terminal, "{}{}{}", problem.message,
              problem.hint.empty() ? "" : "; ", problem.hint);
}

}  // namespace

int init_folder(const Options& options) {
  const fs::path folder{options.names.front()};
  std::error_code why;
  fs::create_directories(folder, why);
  if (why) {
    return say_error({ErrorCode::Unavailable, RetryClass::Terminal,
                      fmt::format("{} cannot be made ({})", folder.string(), why.message())});
  }
  const auto marker = folder / specs::kMarkerFile;
  if (fs::exists(fs::symlink_status(marker, why))) {
    return say_error({ErrorCode::Conflict, RetryClass::Terminal,
                      fmt::format("{} is a source already: it has a {}; add a box with `boxwright "
                                  "new NAME -f {}`",
                                  folder.string(), specs::kMarkerFile, folder.string())});
  }
  // The marker last: until it is there, nothing of the folder counts.
  const auto box = folder / "ada.yaml";
  if (!fs::exists(fs::symlink_status(box, why))) {
    const auto text = box_text("ada", options.image);
    if (!text) return say_error(text.error());
    if (auto done = write_new(box, *text); !done) return say_error(done.error());
    put_out(box.string() + "\n");
  }
  const auto text = fmt::format(kMarkerText, fmt::arg("name", source_name(folder)));
  if (auto done = write_new(marker, text); !done) return say_error(done.error());
  put_out(marker.string() + "\n");
  put_err(fmt::format("Next: `boxwright validate -f {0}`, then `boxwright plan -f {0}`\n",
                      printable(folder.string())));
  return kOk;
}

int new_box(const Options& options) {
  const auto& name = options.names.front();
  if (const auto complaint = specs::check_box_name(name)) {
    put_err(fmt::format("boxwright new: {}\n", printable(complaint->message)));
    return kUsage;
  }
  const fs::path folder{options.folders.empty() ? "." : options.folders.front()};
  std::error_code why;
  if (!fs::exists(folder / specs::kMarkerFile, why)) {
    return say_error({ErrorCode::NotFound, RetryClass::Terminal,
                      fmt::format("{} is no source: it has no {}; make one with `boxwright init "
                                  "{}`, or name one with `-f FOLDER`",
                                  folder.string(), specs::kMarkerFile, folder.string())});
  }
  const auto path = (folder / (name + ".yaml")).lexically_normal();
  const auto text = box_text(name, options.image);
  if (!text) return say_error(text.error());
  if (auto done = write_new(path, *text); !done) return say_error(done.error());
  put_out(path.string() + "\n");
  return kOk;
}

}  // namespace boxwright::cli
