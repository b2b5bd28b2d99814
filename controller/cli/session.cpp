#include "controller/cli/session.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

#include "controller/cli/terminal.h"
#include "controller/engine/docker/docker_engine.h"
#include "controller/layers/layer_folder.h"
#include "specs/base/units.h"
#include "specs/source/folder_source.h"
#include "state/mac_key.h"

namespace boxwright::cli {

namespace {

std::string user_name() {
  const auto* entry = ::getpwuid(::geteuid());
  return entry == nullptr ? std::to_string(::geteuid()) : entry->pw_name;
}

/// A folder is read when two listings half a second apart agree.
constexpr Duration kSourceTick{50};
constexpr Duration kSettleMax{10'000};

void say_set_aside(const std::filesystem::path& aside, const std::filesystem::path& file) {
  if (aside.empty()) return;
  put_err(fmt::format("boxwright: {} was corrupt; it was set aside as {} and begun anew\n",
                      file.string(), aside.string()));
}

}  // namespace

bool wait_a_little(const std::stop_token& stop, Duration time) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_for(lock, stop, time, [] { return false; });
  return stop.stop_requested();
}

Session::Session(const Options& options)
    : options_(options), layers_(layers::make_layer_folder(layers::layer_root(state_file()))) {
}

std::filesystem::path Session::desired_file() const {
  if (!options_.desired_file.empty()) return options_.desired_file;
  return state_file().parent_path() / "desired.db";
}

Status Session::connect() {
  docker::DockerOptions docker;
  docker.endpoint = options_.engine;
  BW_TRY_ASSIGN(engine_, docker::connect_docker(docker, clock_));
  return {};
}

Status Session::open_databases(state::OpenMode mode) {
  BW_TRY_ASSIGN(auto store, state::open_store(state_file(), mode, clock_));
  BW_TRY_ASSIGN(auto desired, state::open_desired_db(desired_file(), clock_, mode));
  say_set_aside(store.set_aside, state_file());
  say_set_aside(desired.set_aside, desired_file());
  store_ = std::move(store.store);
  desired_ = std::move(desired.db);
  return {};
}

Status Session::open_for_reading() {
  BW_TRY(connect());
  BW_TRY(open_databases(state::OpenMode::ReadOnly));
  BW_TRY_ASSIGN(auto key, state::read_mac_key(state::mac_key_path(state_file())));
  if (key) mac_key_ = std::move(*key);
  return {};
}

Status Session::open_for_acting(const std::string& verb, std::stop_token stop) {
  BW_TRY(connect());
  BW_TRY_ASSIGN(const auto facts, engine_->facts(std::move(stop)));
  std::error_code error;
  const auto absolute = std::filesystem::absolute(state_file(), error);
  const reconcile::LockHolder me{::getpid(), user_name(), absolute.string(), verb};
  BW_TRY_ASSIGN(lock_, reconcile::take_instance_lock(installation(), facts,
                                                     reconcile::default_lock_dir(), absolute, me));
  BW_TRY(open_databases(state::OpenMode::ReadWrite));
  BW_TRY_ASSIGN(mac_key_,
                state::load_or_create_mac_key(state::mac_key_path(state_file()), random_));
  return {};
}

Status Session::open_for_asking() {
  BW_TRY_ASSIGN(auto store, state::open_store(state_file(), state::OpenMode::ReadOnly, clock_));
  store_ = std::move(store.store);
  BW_TRY_ASSIGN(auto desired,
                state::open_desired_db(desired_file(), clock_, state::OpenMode::ReadWrite));
  desired_ = std::move(desired.db);
  return {};
}

Result<std::unique_ptr<reconcile::Intake>> Session::read_sources(
    const std::vector<std::string>& folders, bool table, const std::stop_token& stop) {
  auto intake = std::make_unique<reconcile::Intake>(
      reconcile::Intake::Parts{*store_, *desired_, clock_, random_});
  for (const auto& folder : folders)
    intake->add_source(specs::open_folder_source(folder));
  BW_TRY_ASSIGN(const bool in_use, desired_->in_use());
  if (table && in_use) intake->add_source(state::make_table_source(*desired_, desired_file()));
  const auto began = clock_.mono_now();
  intake->poll(began);
  while (!intake->all_read()) {
    if (wait_a_little(stop, kSourceTick)) {
      return fail(ErrorCode::Cancelled, RetryClass::Terminal, "interrupted; nothing was done");
    }
    intake->poll(clock_.mono_now());
    if (clock_.mono_now() - began > kSettleMax) break;
  }
  if (!intake->all_read()) {
    return fail(ErrorCode::Unavailable, RetryClass::Transient,
                "{} was being written for {} on end; try again when it is at rest",
                fmt::join(folders, " or "), format_duration(kSettleMax));
  }
  return intake;
}

reconcile::Loop::Parts Session::loop_parts(reconcile::Announcer announcer) {
  return {.engine = *engine_,
          .store = *store_,
          .desired = *desired_,
          .layers = *layers_,
          .clock = clock_,
          .random = random_,
          .installation = installation(),
          .mac_key = mac_key_,
          .announcer = std::move(announcer),
          .settings = {.keep_layer_images = options_.keep_layer}};
}

Result<std::vector<reconcile::BoxPreview>> Session::preview(std::vector<state::BoxRecord> records,
                                                            const reconcile::Orders& orders,
                                                            const std::stop_token& stop,
                                                            bool measure_layers,
                                                            std::vector<state::BoxRecord> others,
                                                            const state::ObservedFleet* listed) {
  std::vector<state::BoxStatus> previous;
  if (auto statuses = store_->statuses()) previous = std::move(*statuses);
  return reconcile::preview_boxes({.engine = *engine_,
                                   .clock = clock_,
                                   .installation = installation(),
                                   .mac_key = mac_key_,
                                   .orders = orders,
                                   .records = std::move(records),
                                   .others = std::move(others),
                                   .previous = std::move(previous),
                                   .listed = listed,
                                   .measure_layers = measure_layers,
                                   .ask_activity = measure_layers},
                                  stop);
}

Result<std::vector<std::string>> Session::known_folders(const SourceName& only) {
  BW_TRY_ASSIGN(const auto sources, store_->sources());
  std::vector<std::string> folders;
  for (const auto& source : sources) {
    if (source.name.str() == state::kTableSource) continue;
    if (!only.empty() && source.name != only) continue;
    folders.push_back(source.moved_to.empty() ? source.place : source.moved_to);
  }
  return folders;
}

std::vector<state::Request> Session::pending_requests() {
  return desired_->pending_requests().value_or(std::vector<state::Request>{});
}

}  // namespace boxwright::cli
