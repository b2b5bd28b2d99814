// Files out of a container and into it, as tar archives.

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "tests/conformance/conformance_test.h"
#include "tests/support/tar.h"

namespace boxwright::test {
namespace {

/// The regular files of a tar archive by name.
std::map<std::string, std::string> files_of(const std::string& tar) {
  std::map<std::string, std::string> files;
  const std::unique_ptr<archive, decltype(&archive_read_free)> in(archive_read_new(),
                                                                  archive_read_free);
  archive_read_support_format_tar(in.get());
  EXPECT_EQ(archive_read_open_memory(in.get(), tar.data(), tar.size()), ARCHIVE_OK);
  archive_entry* entry = nullptr;
  while (archive_read_next_header(in.get(), &entry) == ARCHIVE_OK) {
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    std::string bytes(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
    EXPECT_EQ(archive_read_data(in.get(), bytes.data(), bytes.size()),
              static_cast<la_ssize_t>(bytes.size()));
    files[archive_entry_pathname(entry)] = bytes;
  }
  return files;
}

class ArchiveConformance : public ConformanceTest {
 protected:
  static state::ContainerConfig with_volume() {
    auto wanted = config();
    wanted.mounts = {{kWork, "/opt/work"}};
    return wanted;
  }
  Result<std::string> read(const ContainerId& id, const std::string& path) {
    std::string tar;
    BW_TRY(lab().engine().read_archive(id, path,
                                       [&tar](std::string_view bytes) {
                                         tar += bytes;
                                         return true;
                                       },
                                       {}));
    return tar;
  }
  Status write(const ContainerId& id, const std::string& path, const std::string& tar) {
    std::size_t at = 0;
    return lab().engine().write_archive(id, path,
                                        [&]() -> Result<std::string> {
                                          const std::string piece =
                                              tar.substr(std::min(at, tar.size()), 700);
                                          at += piece.size();
                                          return piece;
                                        },
                                        {});
  }
};

TEST_F(ArchiveConformance, AFileComesOutUnderItsLastName) {
  const ContainerId id = run(with_volume());
  lab().write_in_layer("box-ada", "/opt/notes", std::string(3'000, 'n'));
  const auto tar = read(id, "/opt/notes");
  ASSERT_TRUE(tar.has_value()) << tar.error().message;
  EXPECT_EQ(files_of(*tar),
            (std::map<std::string, std::string>{{"notes", std::string(3'000, 'n')}}));
}

TEST_F(ArchiveConformance, AFolderComesOutWithItsVolumesAlsoWhileNothingRuns) {
  const ContainerId id = run(with_volume());
  lab().write_in_layer("box-ada", "/opt/notes", "n");
  lab().write_file(kWork, "kept", "k");
  ASSERT_LT(lab().stop("box-ada").status, 400);
  const auto tar = read(id, "/opt");
  ASSERT_TRUE(tar.has_value()) << tar.error().message;
  EXPECT_EQ(files_of(*tar),
            (std::map<std::string, std::string>{{"opt/notes", "n"}, {"opt/work/kept", "k"}}));
}

TEST_F(ArchiveConformance, WhoHasEnoughEndsTheStreamWithoutAnError) {
  const ContainerId id = run(with_volume());
  lab().write_in_layer("box-ada", "/opt/notes", std::string(100'000, 'n'));
  std::size_t pieces = 0;
  EXPECT_OK(lab().engine().read_archive(id, "/opt/notes",
                                        [&pieces](std::string_view) { return ++pieces < 1; }, {}));
  EXPECT_EQ(pieces, 1U);
}

TEST_F(ArchiveConformance, WhatIsWrittenLiesInTheLayerAndOnTheVolume) {
  const ContainerId id = run(with_volume());
  ASSERT_LT(lab().stop("box-ada").status, 400);
  EXPECT_OK(write(id, "/", make_tar({{"opt/notes", "new"}, {"opt/work/kept", "k"}})));
  EXPECT_EQ(lab().read_file(kWork, "kept"), "k");
  const auto tar = read(id, "/opt/notes");
  ASSERT_TRUE(tar.has_value()) << tar.error().message;
  EXPECT_EQ(files_of(*tar), (std::map<std::string, std::string>{{"notes", "new"}}));
}

TEST_F(ArchiveConformance, WhatIsThereIsReplaced) {
  const ContainerId id = run(with_volume());
  lab().write_in_layer("box-ada", "/opt/notes", "old");
  EXPECT_OK(write(id, "/opt", make_tar({{"notes", "new"}})));
  const auto tar = read(id, "/opt/notes");
  ASSERT_TRUE(tar.has_value()) << tar.error().message;
  EXPECT_EQ(files_of(*tar), (std::map<std::string, std::string>{{"notes", "new"}}));
}

TEST_F(ArchiveConformance, AnUploadThatItsGiverBreaksOffIsHisError) {
  const ContainerId id = run(with_volume());
  int pieces = 0;
  const auto written = lab().engine().write_archive(
      id, "/",
      [&]() -> Result<std::string> {
        if (++pieces == 1) return make_tar({{"opt/notes", "new"}}).substr(0, 512);
        return fail(ErrorCode::Corrupt, RetryClass::Terminal, "the file is cut off");
      },
      {});
  EXPECT_ERROR(written, ErrorCode::Corrupt);
}

TEST_F(ArchiveConformance, WhatIsNotThereIsNotFound) {
  const ContainerId id = run(with_volume());
  EXPECT_ERROR(read(id, "/opt/nothing"), ErrorCode::NotFound);
  EXPECT_ERROR(write(id, "/opt/nothing", make_tar({{"a", "b"}})), ErrorCode::NotFound);
  ASSERT_LT(lab().remove("box-ada", true, false).status, 300);
  EXPECT_ERROR(read(id, "/opt"), ErrorCode::NotFound);
  EXPECT_ERROR(write(id, "/", make_tar({{"a", "b"}})), ErrorCode::NotFound);
  EXPECT_ERROR(lab().engine().changed_paths(id, {}), ErrorCode::NotFound);
}

TEST_F(ArchiveConformance, ChangedPathsNameWhatIsNewWhereverItLies) {
  const ContainerId id = run(with_volume());
  lab().write_in_layer("box-ada", "/opt/notes", "n");
  lab().write_in_layer("box-ada", "/elsewhere", "e");
  lab().write_file(kWork, "kept", "k");
  const auto changes = lab().engine().changed_paths(id, {});
  ASSERT_TRUE(changes.has_value()) << changes.error().message;
  std::set<std::string> added;
  for (const auto& change : *changes) {
    if (change.kind == engine::LayerChangeKind::Added) added.insert(change.path);
  }
  EXPECT_TRUE(added.contains("/opt/notes"));
  EXPECT_TRUE(added.contains("/elsewhere"));
  EXPECT_FALSE(added.contains("/opt/work/kept")) << "it lies on a volume";
}

TEST_F(ArchiveConformance, AllFilesComeWithoutVolumesAlsoWhereAVolumeIsLost) {
  const ContainerId id = run(with_volume());
  lab().write_in_layer("box-ada", "/opt/notes", "n");
  lab().write_file(kWork, "kept", "k");
  ASSERT_LT(lab().stop("box-ada").status, 400);
  lab().delete_directory(kWork);
  EXPECT_ERROR(read(id, "/opt/notes"), ErrorCode::Refused);
  std::string tar;
  EXPECT_OK(lab().engine().read_all_files(id,
                                          [&tar](std::string_view bytes) {
                                            tar += bytes;
                                            return true;
                                          },
                                          {}));
  const auto files = files_of(tar);
  EXPECT_EQ(files.count("opt/work/kept"), 0U);
  ASSERT_TRUE(files.contains("opt/notes"));
  EXPECT_EQ(files.at("opt/notes"), "n");
}

TEST_F(ArchiveConformance, AnImageMadeOfAContainerHasNewLabelsAndBlankVariables) {
  auto wanted = with_volume();
  wanted.env["PASSWORD"] = Secret{"hunter2"};
  wanted.env["EDITOR"] = Secret{"vim"};
  const ContainerId id = run(wanted);
  EXPECT_OK(perform(engine::CommitImage{id,
                                        "lab/layer:1",
                                        {{state::kLabelRole, "layer"}, {"traefik.enable", "false"}},
                                        {"PASSWORD"}}));
  const auto image = observe("lab/layer:1").wanted_image;
  ASSERT_TRUE(image.has_value());
  EXPECT_EQ(image->env.at("PASSWORD"), "");
  EXPECT_EQ(image->env.at("EDITOR"), "vim");
  EXPECT_EQ(image->labels.at(state::kLabelRole), "layer");
  EXPECT_EQ(image->labels.at("traefik.enable"), "false");
  EXPECT_LT(lab().untag("lab/layer:1", false).status, 300);
}

}  // namespace
}  // namespace boxwright::test
