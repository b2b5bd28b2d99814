#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "controller/plan/compare.h"
#include "spec_mutations.h"
#include "wanted_world.h"

namespace boxwright::plan {
namespace {

/// Any selection of the mutations, applied in order.
std::vector<std::size_t> any_selection() {
  return *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::inRange<std::size_t>(0, mutations().size()));
}

RC_GTEST_PROP(SpecHashProperty, IsEqualExactlyWhenTheContainersAre, ()) {
  const auto applied = [](const std::vector<std::size_t>& selection) {
    World world;
    for (const std::size_t index : selection) {
      // Ports are changed in place, so they have to be there.
      if (!world.spec.publish.empty()) mutations()[index].change(world.spec);
    }
    return world;
  };
  const World one = applied(any_selection());
  const World other = applied(any_selection());
  const Wanted first = one.wanted();
  const Wanted second = other.wanted();
  const state::ImageConfig image = image_of_box();
  const bool alike =
      compare_containers(as_inspected(first, image), image, second, other.spec.secrets, {}).empty();
  RC_ASSERT(alike == (first.spec_hash == second.spec_hash));
}

RC_GTEST_PROP(SpecHashProperty, TellsAnyTwoEnvironmentsApart,
              (const std::map<std::string, std::string>& a,
               const std::map<std::string, std::string>& b)) {
  World one;
  World other;
  one.spec.env = a;
  other.spec.env = b;
  one.spec.secrets.clear();
  other.spec.secrets.clear();
  RC_ASSERT((a == b) == (one.wanted().spec_hash == other.wanted().spec_hash));
}

RC_GTEST_PROP(SecretMacProperty, TellsAnyTwoSetsOfSecretsApart,
              (const std::map<std::string, std::string>& a,
               const std::map<std::string, std::string>& b)) {
  const auto mac = [](const std::map<std::string, std::string>& values) {
    std::map<std::string, Secret> secrets;
    for (const auto& [name, value] : values) {
      secrets.emplace(name, Secret(value));
    }
    return secret_mac_v1(key_of('k'), secrets);
  };
  RC_ASSERT((a == b) == (mac(a) == mac(b)));
}

}  // namespace
}  // namespace boxwright::plan
