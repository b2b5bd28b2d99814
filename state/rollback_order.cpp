#include "state/rollback_order.h"

#include <nlohmann/json.hpp>

#include "specs/model/canonical.h"

namespace boxwright::state {

namespace {

using nlohmann::json;

tl::unexpected<Error> no_order(std::string_view why) {
  return fail(ErrorCode::InvalidSpec, RetryClass::Terminal,
              "the argument of a rollback is no order ({}); `boxwright rollback` writes one", why);
}

Result<specs::BoxSpec> spec_at(const json& root, const char* key) {
  if (!root.contains(key) || !root.at(key).is_object())
    return no_order(std::string(key) + " is missing");
  auto spec = specs::spec_from_canonical_json(root.at(key).dump());
  if (!spec) return no_order(std::string(key) + " is no complete spec");
  return spec;
}

std::string text_at(const json& root, const char* key) {
  const auto found = root.find(key);
  return found != root.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

std::string print_rollback_order(const RollbackOrder& order) {
  const json root = {{"to", order.to},
                     {"uid", order.uid.str()},
                     {"spec", json::parse(specs::canonical_json(order.spec))},
                     {"declared", json::parse(specs::canonical_json(order.declared))}};
  return root.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<RollbackOrder> read_rollback_order(const std::string& argument) {
  const json root = json::parse(argument, nullptr, false);
  if (!root.is_object()) return no_order("it is no JSON object");
  RollbackOrder order;
  order.to = text_at(root, "to");
  if (order.to.empty()) return no_order("`to` is missing");
  order.uid = BoxUid{text_at(root, "uid")};
  BW_TRY_ASSIGN(order.spec, spec_at(root, "spec"));
  BW_TRY_ASSIGN(order.declared, spec_at(root, "declared"));
  return order;
}

}  // namespace boxwright::state
