// docs/engine-permissions.md against what is really called, both ways, behind its own allow-list.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "tests/end_to_end/harness.h"
#include "tests/end_to_end/permission_page.h"
#include "tests/support/engine_proxy.h"

namespace boxwright::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

const PermissionPage& page() {
  static const PermissionPage kPage(read_text(BOXWRIGHT_PERMISSIONS));
  return kPage;
}

/// Everything that the binary says to the engine goes through a proxy.
class Watched : public EndToEnd {
 protected:
  void SetUp() override {
    EndToEnd::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    proxy_ = std::make_unique<EngineProxy>(root() / "proxy.sock", engine().socket());
  }
  void TearDown() override {
    controller_.reset();
    EndToEnd::TearDown();
  }
  [[nodiscard]] std::string endpoint() const override {
    return proxy_ ? proxy_->endpoint() : EndToEnd::endpoint();
  }
  [[nodiscard]] static std::string told(const EngineRequest& request) {
    return request.method + " " + request.target;
  }

  std::unique_ptr<EngineProxy> proxy_;
  std::unique_ptr<Controller> controller_;
};

class ReadsOnly : public Watched {
 protected:
  /// Two boxes beside no controller, one of which is to be replaced, with drift and an event.
  void SetUp() override {
    Watched::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    write_box("ada", "  healthcheck: {http: ':8080/healthz', interval: 30s}\n");
    write_box("bob");
    const auto applied = apply();
    ASSERT_EQ(applied.code, 0) << applied.err;
    write_box("ada", "  env: {A: b}\n");
    write_box("cy", "  image: nowhere.invalid/none:1\n");
    remove_box("bob");
    engine().must("POST", "/containers/box-ada/pause");
    proxy_->forget_requests();
  }
  void expect_only_reads(const std::vector<std::string>& words, int code = 0) {
    const auto ran = run(words);
    for (const auto& request : proxy_->requests()) {
      EXPECT_TRUE(request.method == "GET" || request.method == "HEAD")
          << told(request) << " by " << ::testing::PrintToString(words);
      EXPECT_NE(page().row_of(request), nullptr)
          << told(request) << " by " << ::testing::PrintToString(words);
    }
    asked_ += proxy_->requests().size();
    proxy_->forget_requests();
    EXPECT_EQ(ran.code, code) << ::testing::PrintToString(words) << ran.out << ran.err;
  }
  /// `settled`: a controller has made everything so, before.
  void every_verb_that_looks(bool settled) {
    const auto folder = boxes().string();
    for (const char* form : {"json", "yaml", "wide", "name"}) {
      expect_only_reads({"get", "-o", form});
    }
    expect_only_reads({"plan", "-f", folder});
    expect_only_reads({"plan", "-f", folder, "--table", "-o", "json", "--detailed-exitcode"},
                      settled ? 0 : 2);
    expect_only_reads({"plan", "-f", folder, "--out", (root() / "saved").string()});
    expect_only_reads({"apply", "-f", folder, "--dry-run"});
    expect_only_reads({"validate", "-f", folder});
    for (const char* verb : {"describe", "why", "events", "history", "volumes"}) {
      expect_only_reads({verb, "ada"});
      expect_only_reads({verb, "ada", "-o", "json"});
    }
    expect_only_reads({"wait", "ada", "--timeout", "1s"}, settled ? 0 : 3);
    expect_only_reads({"source", "list"});
    expect_only_reads({"restore"});
    expect_only_reads({"volumes", "--retained"});
    expect_only_reads({"layer", "list"});
    expect_only_reads({"layer", "show", "ada"}, 1);  // There is none yet.
    expect_only_reads({"diff", "ada", "1"});
    expect_only_reads({"diff", "ada", "1", "declared"});
    // Nothing ran before that could be gone back to.
    expect_only_reads({"rollback", "ada", "--dry-run"}, settled ? 0 : 1);
    expect_only_reads({"explain", "spec.image"});
    expect_only_reads({"version"});
  }

  std::size_t asked_ = 0;
};

TEST_F(ReadsOnly, EveryVerbThatOnlyShowsSomethingChangesNothing) {
  const auto before = identities();
  every_verb_that_looks(false);
  EXPECT_GT(asked_, 100U) << "they went past the proxy";
  EXPECT_EQ(identities(), before);
}

TEST_F(ReadsOnly, AlsoBesideAController) {
  remove_box("cy");
  engine().must("POST", "/containers/box-ada/unpause");
  // The controller has the engine to itself; the verbs are watched.
  const auto watched = std::exchange(proxy_, nullptr);
  controller_ = start_controller();
  ASSERT_TRUE(becomes_ready("ada"));
  proxy_ = std::make_unique<EngineProxy>(root() / "other.sock", engine().socket());
  every_verb_that_looks(true);
  EXPECT_GT(asked_, 50U) << "they went past the proxy";
  controller_.reset();
}

/// One life of some boxes in which everything happens that makes a call.
class Published : public Watched {
 protected:
  void SetUp() override {
    Watched::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    proxy_->judge_by([](const EngineRequest& request) {
      return page().is_allowed(request) ? Fate::Pass : Fate::Refuse;
    });
    engine().import_image("other:1", {.files = {{.path = "www/other", .content = "x"}}});
    write_box("ada", "  healthcheck: {http: ':8080/healthz', interval: 30s}\n");
    write_box("bob");
    controller_ = start_controller();
    ASSERT_TRUE(becomes_ready("ada"));
    ASSERT_TRUE(becomes_ready("bob"));
    put_data("ada");
  }
  void drift() const {
    const auto settles = [this] {
      EXPECT_TRUE(eventually([] { return is_running("box-ada") && is_running("box-bob"); }));
      EXPECT_TRUE(becomes_ready("ada"));
    };
    engine().must("POST", "/containers/box-ada/update",
                  R"({"NanoCpus": 700000000, "RestartPolicy": {"Name": "no"}})");
    EXPECT_TRUE(eventually([] {
      return inspect("box-ada").at("HostConfig").at("RestartPolicy").at("Name") == "unless-stopped";
    }));
    engine().must("POST", "/containers/box-ada/stop?t=1");
    settles();
    engine().must("POST", "/containers/box-ada/pause");
    settles();
    engine().must("POST", "/containers/box-ada/rename?name=elsewhere");
    EXPECT_TRUE(eventually([] { return exists("box-ada"); }));
    {
      const Frozen frozen(controller_->process());
      for (const char* name : {"ada", "bob"}) {
        engine().must("POST", "/networks/traefik-public/disconnect",
                      fmt::format(R"({{"Container": "box-{}"}})", name));
      }
      engine().must("DELETE", "/networks/traefik-public");
    }
    EXPECT_TRUE(eventually([] {
      return inspect("box-ada").at("NetworkSettings").at("Networks").contains("traefik-public");
    }));
    engine().must("DELETE", "/containers/box-ada?force=1");
    EXPECT_TRUE(eventually([] { return exists("box-ada"); }));
    settles();
  }
  void change() const {
    const auto old = identity("box-ada").substr(0, 64);
    write_box("ada", "  image: other:1\n  resources: {cpus: 0.5, memory: 32MiB, pids: 64}\n");
    EXPECT_TRUE(eventually([&old] {
      const auto now = identity("box-ada");
      return now != "absent" && !now.starts_with(old);
    }));
    EXPECT_TRUE(becomes_ready("ada"));
    write_box("bob", "  resources: {cpus: 0.5, memory: 32MiB, pids: 64}\n");
    EXPECT_TRUE(
        eventually([] { return inspect("box-bob").at("HostConfig").at("Memory") == 32 << 20; }));
    (void)plan();
    write_box("ada", "  command: ['false']\n");
    EXPECT_TRUE(comes_to("ada", "Stalled", "RolledBack"));
    EXPECT_EQ(plan().code, 0);
    EXPECT_EQ(run({"rollout", "--resume", "team"}).code, 0) << "ada has halted it";
    write_box("bob", "  image: nowhere.invalid/none:1\n");
    EXPECT_TRUE(comes_to("bob", "Stalled", "ImagePullFailed"));
    EXPECT_EQ(run({"plan", "-f", boxes().string()}).code, 0);
  }
  void orders() const {
    EXPECT_EQ(run({"restart", "ada"}).code, 0);
    EXPECT_EQ(run({"suspend", "ada"}).code, 0);
    EXPECT_EQ(run({"resume", "ada"}).code, 0);
    (void)sql(
        fmt::format("INSERT INTO desired_boxes (name, labels, spec) VALUES ('eve', '{{}}', "
                    "'{{\"image\": \"{}\", \"stopGracePeriod\": \"1s\"}}')",
                    kImage));
    EXPECT_TRUE(becomes_ready("eve"));
    EXPECT_EQ(run({"delete", "eve", "--volumes", "--now", "--yes"}).code, 0);
    EXPECT_TRUE(eventually([] {
      const auto names = volume_names();
      return std::none_of(names.begin(), names.end(),
                          [](const auto& name) { return name.starts_with("box-eve"); });
    })) << ::testing::PrintToString(volume_names());
  }
  /// How large data is, and what people made outside the volumes; with no controller.
  void files() const {
    EXPECT_EQ(run({"volumes"}).code, 0);
    // Boxes were rolled back before: that halts a rollout, until a person speaks.
    (void)run({"rollout", "--resume", "team"});
    write_box("ada");
    write_box("bob");
    const auto applied = apply();
    EXPECT_EQ(applied.code, 0) << applied.err;
    exec("box-ada", {"sh", "-c", "echo precious > /home/coder/notes.txt"});
    write_box("ada", "  env: {A: c}\n");
    const auto kept = run({"apply", "-f", boxes().string(), "--yes", "--keep-layer"});
    EXPECT_EQ(kept.code, 0) << kept.err;
    EXPECT_EQ(run({"layer", "list", "ada"}).code, 0);
    const auto restored = run({"layer", "restore", "ada", "--yes"});
    EXPECT_EQ(restored.code, 0) << restored.err;
  }
  /// Moved, kept and given back; then bob goes, and what it leaves is purged.
  void data() const {
    const auto done = [this](const std::vector<std::string>& words) {
      const auto ran = run(words);
      EXPECT_EQ(ran.code, 0) << ::testing::PrintToString(words) << ran.err;
    };
    write_box("ada", "  power: stopped\n");
    write_box("bob", "  power: stopped\n");
    EXPECT_EQ(apply().code, 0);
    const auto backup = (root() / "ada.tar.zst").string();
    done({"volume", "backup", "ada", backup});
    done({"volume", "restore", "ada", backup, "--merge"});
    done({"volume", "copy", "ada/inbox", "bob/inbox", "--merge"});
    remove_box("bob");
    EXPECT_EQ(apply().code, 0);
    EXPECT_TRUE(eventually([] { return !exists("box-bob"); }));
    done({"purge", "bob", "--confirm", "bob"});
  }
};

TEST_F(Published, NothingElseIsCalledAndEverythingOnThePageIs) {
  drift();
  change();
  orders();
  EXPECT_EQ(controller_->stop(), 0);
  write_box("ada", "  command: [sh, -c, 'echo so it ends; exit 3']\n");
  const auto applied = apply();
  EXPECT_NE(applied.err.find("so it ends"), std::string::npos) << applied.out << applied.err;
  files();
  data();
  EXPECT_TRUE(has_data("ada"));
  const auto seen = proxy_->requests();
  for (const auto& request : proxy_->refused())
    ADD_FAILURE() << "the allow-list lacks " << told(request);
  for (const auto& request : seen) {
    EXPECT_NE(page().row_of(request), nullptr) << "the table lacks " << told(request);
  }
  for (const auto& row : page().rows()) {
    const bool called = std::any_of(seen.begin(), seen.end(),
                                    [&row](const auto& request) { return row.fits(request); });
    EXPECT_TRUE(called || row.is_rare())
        << row.method << " " << row.path << " is on the page and was not called";
  }
}

/// The configuration on the page as it stands, but for the two sockets.
class BehindHaproxy : public EndToEnd {
 protected:
  void SetUp() override {
    if (::access("/usr/sbin/haproxy", X_OK) != 0) {
      ASSERT_EQ(std::getenv("CI"), nullptr) << "haproxy is not installed";
      GTEST_SKIP() << "needs haproxy";
    }
    EndToEnd::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    auto text = read_text(BOXWRIGHT_PERMISSIONS);
    const auto from = text.find("```haproxy\n") + 11;
    text = text.substr(from, text.find("```", from) - from);
    replace(text, "/run/boxwright/engine.sock mode 660", (root() / "proxy.sock").string());
    replace(text, "unix@/var/run/docker.sock", "unix@" + engine().socket().string());
    write_file(root() / "haproxy.cfg", text);
    haproxy_ = std::make_unique<Child>(
        Child::Settings{{"/usr/sbin/haproxy", "-db", "-f", (root() / "haproxy.cfg").string()},
                        root() / "haproxy.out",
                        root() / "haproxy.err"});
    ASSERT_TRUE(eventually([this] { return fs::exists(root() / "proxy.sock"); }))
        << read_text(root() / "haproxy.err");
  }
  static void replace(std::string& text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    text.replace(at, what.size(), by);
  }
  [[nodiscard]] std::string endpoint() const override {
    return "unix://" + (root() / "proxy.sock").string();
  }

  std::unique_ptr<Child> haproxy_;
};

TEST_F(BehindHaproxy, TheConfigurationOnThePageLetsThroughWhatIsNeededAndNoMore) {
  write_box("ada", "  healthcheck: {http: ':8080/healthz', interval: 30s}\n");
  auto controller = start_controller();
  EXPECT_TRUE(becomes_ready("ada"));
  put_data("ada");
  engine().must("POST", "/containers/box-ada/stop?t=1");
  EXPECT_TRUE(eventually([] { return is_running("box-ada"); }));
  write_box("ada", "  env: {A: b}\n");
  EXPECT_TRUE(eventually([] {
    return identities().size() == 1 && exists("box-ada") &&
           inspect("box-ada").at("Config").dump().find("A=b") != std::string::npos;
  }));
  EXPECT_TRUE(becomes_ready("ada"));
  EXPECT_EQ(plan().code, 0);
  EXPECT_TRUE(has_data("ada"));
  EXPECT_EQ(controller->stop(), 0);
  const auto prune = raw_http(root() / "proxy.sock", "POST", "/v1.41/volumes/prune", "");
  EXPECT_EQ(prune.status, 403) << prune.body;
}

TEST(PermissionPageItself, AllowsNoCallThatIsNotInItsTable) {
  const std::string id(64, 'a');
  const auto allowed = [](const std::string& line) {
    return page().is_allowed(*parse_request_line(line + " HTTP/1.1"));
  };
  EXPECT_TRUE(allowed("POST /v1.41/containers/" + id + "/stop?t=1"));
  EXPECT_TRUE(allowed("GET /_ping"));
  for (const auto& line :
       {"POST /v1.41/containers/prune", "POST /v1.41/volumes/prune", "POST /v1.41/images/prune",
        "POST /v1.41/system/prune", "POST /v1.41/build?t=x", "POST /v1.41/containers/box-ada/stop",
        "POST /v1.41/networks/prune", "POST /v1.41/swarm/init", "POST /v1.41/plugins/pull",
        "DELETE /v1.41/images/bb:1", "DELETE /v1.41/networks/n1", "GET /v1.41/swarm",
        "POST /containers/create", "GET /v1.41/containers/x/json/../../../secrets",
        "GET /v1.41/secrets", "GET /v1.41/configs", "PUT /v1.41/volumes/create"}) {
    EXPECT_FALSE(allowed(line)) << line;
  }
  for (const char* doing : {"kill", "attach", "resize", "pause", "restart"}) {
    EXPECT_FALSE(allowed("POST /v1.41/containers/" + id + "/" + doing)) << doing;
  }
}

}  // namespace
}  // namespace boxwright::test
