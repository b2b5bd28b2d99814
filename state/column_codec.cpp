#include "state/column_codec.h"

#include <nlohmann/json.hpp>

#include "specs/model/canonical.h"

namespace boxwright::state {

namespace {

using Json = nlohmann::json;

/// Text from outside (an engine's message) may not be UTF-8; it must not stop the writing.
std::string print(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Parses and hands over to `read`; any surprise in the text is Corrupt.
template <class Read>
auto parse(const std::string& text, Read read) -> Result<decltype(read(Json{}))> {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception& exception) {
    return fail(ErrorCode::Corrupt, RetryClass::Terminal,
                "a column of the memory database does not hold what was written there ({}); move "
                "the file away, and Boxwright learns its boxes from the engine's labels anew",
                exception.what());
  }
}

WallTime time_at(const Json& object, const char* key) {
  return time_from_column(object.value(key, std::int64_t{0}));
}

Condition condition_from(const Json& value) {
  Condition condition;
  condition.type = value.value("type", "");
  const std::string status = value.value("status", "");
  if (status == to_string(ConditionStatus::True)) condition.status = ConditionStatus::True;
  if (status == to_string(ConditionStatus::False)) condition.status = ConditionStatus::False;
  condition.reason = value.value("reason", "");
  condition.message = value.value("message", "");
  condition.observed_generation = value.value("observedGeneration", std::int64_t{0});
  condition.last_transition = time_at(value, "lastTransition");
  return condition;
}

}  // namespace

std::string to_json(const StringMap& map) {
  return print(map);
}

std::string to_json(const FieldPlaces& fields) {
  Json object = Json::object();
  for (const auto& [path, at] : fields)
    object[path] = at.file.empty() ? Json::array({at.at.line, at.at.column})
                                   : Json::array({at.at.line, at.at.column, at.file});
  return print(object);
}

std::string to_json(const std::vector<std::string>& list) {
  return print(list);
}

std::string to_json(const std::vector<BoxName>& names) {
  Json list = Json::array();
  for (const auto& name : names)
    list.push_back(name.str());
  return print(list);
}

std::string to_json(const Sizes& sizes) {
  Json list = Json::array();
  for (const auto& [since, count] : sizes) {
    list.push_back(Json::array({to_column(since), count}));
  }
  return print(list);
}

std::string to_json(const Removals& removals) {
  Json list = Json::array();
  for (const auto& [at, name] : removals) {
    list.push_back(Json::array({to_column(at), name.str()}));
  }
  return print(list);
}

std::string to_json(const specs::SourceSettings& settings) {
  Json json = {{"domain", settings.domain},
               {"routing", settings.routing == specs::RoutingMode::None ? "none" : "labels"},
               {"network", settings.network},
               {"entryPoint", settings.entry_point},
               {"pruneDelayMs", settings.prune_delay.count()},
               {"secretsDir", settings.secrets_dir}};
  const specs::LayerSettings usual;
  if (settings.layers.limit != usual.limit) json["layerLimit"] = settings.layers.limit.count;
  if (settings.layers.keep != usual.keep) json["layersKeptMs"] = settings.layers.keep.count();
  if (settings.rollout != specs::RolloutLimits{}) {
    json["maxConcurrent"] = settings.rollout.max_concurrent;
    json["maxFailures"] = settings.rollout.max_failures;
  }
  return print(json);
}

std::string to_json(const Tombstone& tombstone) {
  Json volumes = Json::array();
  for (const auto& name : tombstone.volumes)
    volumes.push_back(name.str());
  return print({{"kind", tombstone.kind == Tombstone::Kind::Delete ? "delete" : "prune"},
                {"since", to_column(tombstone.since)},
                {"revision", tombstone.revision.str()},
                {"confirmed", tombstone.confirmed},
                {"removeVolumes", tombstone.remove_volumes},
                {"volumesDue", to_column(tombstone.volumes_due)},
                {"volumes", std::move(volumes)},
                {"blocked", tombstone.blocked},
                {"by", tombstone.by}});
}

std::string to_json(const Verdict& verdict) {
  return print({{"wanted", verdict.wanted},
                {"reason", verdict.reason},
                {"message", verdict.message},
                {"at", to_column(verdict.at)}});
}

std::string to_json(const RollbackHold& hold) {
  return print(
      {{"to", hold.to}, {"by", hold.by}, {"declared", specs::canonical_json(hold.declared)}});
}

std::string to_json(const std::vector<Condition>& conditions) {
  Json list = Json::array();
  for (const auto& one : conditions) {
    list.push_back({{"type", one.type},
                    {"status", std::string{to_string(one.status)}},
                    {"reason", one.reason},
                    {"message", one.message},
                    {"observedGeneration", one.observed_generation},
                    {"lastTransition", to_column(one.last_transition)}});
  }
  return print(list);
}

template <>
Result<StringMap> from_json(const std::string& text) {
  return parse(text, [](const Json& value) { return value.get<StringMap>(); });
}

template <>
Result<FieldPlaces> from_json(const std::string& text) {
  return parse(text, [](const Json& value) {
    FieldPlaces fields;
    for (const auto& [path, at] : value.items()) {
      fields[path] = {{at.at(0).get<int>(), at.at(1).get<int>()},
                      at.size() > 2 ? at.at(2).get<std::string>() : std::string{}};
    }
    return fields;
  });
}

template <>
Result<std::vector<std::string>> from_json(const std::string& text) {
  return parse(text, [](const Json& value) { return value.get<std::vector<std::string>>(); });
}

template <>
Result<std::vector<BoxName>> from_json(const std::string& text) {
  return parse(text, [](const Json& value) {
    std::vector<BoxName> names;
    for (const auto& name : value)
      names.emplace_back(name.get<std::string>());
    return names;
  });
}

template <>
Result<Sizes> from_json(const std::string& text) {
  return parse(text, [](const Json& value) {
    Sizes sizes;
    for (const auto& pair : value) {
      sizes.emplace_back(time_from_column(pair.at(0).get<std::int64_t>()), pair.at(1).get<int>());
    }
    return sizes;
  });
}

template <>
Result<Removals> from_json(const std::string& text) {
  return parse(text, [](const Json& value) {
    Removals removals;
    for (const auto& pair : value) {
      removals.emplace_back(time_from_column(pair.at(0).get<std::int64_t>()),
                            pair.at(1).get<std::string>());
    }
    return removals;
  });
}

template <>
Result<specs::SourceSettings> from_json(const std::string& text) {
  return parse(text, [](const Json& value) {
    specs::SourceSettings settings;
    settings.domain = value.value("domain", settings.domain);
    if (value.value("routing", "labels") == "none") settings.routing = specs::RoutingMode::None;
    settings.network = value.value("network", settings.network);
    settings.entry_point = value.value("entryPoint", settings.entry_point);
    settings.prune_delay = Duration{value.value("pruneDelayMs", settings.prune_delay.count())};
    settings.secrets_dir = value.value("secretsDir", settings.secrets_dir);
    auto& rollout = settings.rollout;
    rollout.max_concurrent = value.value("maxConcurrent", rollout.max_concurrent);
    rollout.max_failures = value.value("maxFailures", rollout.max_failures);
    auto& layers = settings.layers;
    layers.limit = Bytes{value.value("layerLimit", layers.limit.count)};
    layers.keep = Duration{value.value("layersKeptMs", layers.keep.count())};
    return settings;
  });
}

template <>
Result<Tombstone> from_json(const std::string& text) {
  return parse(text, [](const Json& value) {
    Tombstone tombstone;
    if (value.value("kind", "prune") == "delete") tombstone.kind = Tombstone::Kind::Delete;
    tombstone.since = time_at(value, "since");
    tombstone.revision = Revision{value.value("revision", "")};
    tombstone.confirmed = value.value("confirmed", false);
    tombstone.remove_volumes = value.value("removeVolumes", false);
    tombstone.volumes_due = time_at(value, "volumesDue");
    for (const auto& name : value.value("volumes", Json::array()))
      tombstone.volumes.emplace_back(name.get<std::string>());
    tombstone.blocked = value.value("blocked", false);
    tombstone.by = value.value("by", "");
    return tombstone;
  });
}

template <>
Result<Verdict> from_json(const std::string& text) {
  return parse(text, [](const Json& value) {
    return Verdict{value.value("wanted", ""), value.value("reason", ""), value.value("message", ""),
                   time_at(value, "at")};
  });
}

template <>
Result<RollbackHold> from_json(const std::string& text) {
  std::string declared;
  BW_TRY_ASSIGN(auto hold, parse(text, [&declared](const Json& value) {
                  declared = value.value("declared", "");
                  return RollbackHold{value.value("to", ""), value.value("by", ""), {}};
                }));
  BW_TRY_ASSIGN(hold.declared, specs::spec_from_canonical_json(declared));
  return hold;
}

template <>
Result<std::vector<Condition>> from_json(const std::string& text) {
  return parse(text, [](const Json& value) {
    std::vector<Condition> conditions;
    for (const auto& one : value)
      conditions.push_back(condition_from(one));
    return conditions;
  });
}

}  // namespace boxwright::state
