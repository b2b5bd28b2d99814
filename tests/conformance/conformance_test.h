#pragma once
// The fixture of all conformance cases: a lab, and the few moves that nearly every case makes.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "state/ownership.h"
#include "tests/conformance/lab.h"

namespace boxwright::test {

inline constexpr const char* kNetwork = "lab-net";

class ConformanceTest : public ::testing::Test {
 protected:
  void SetUp() override;

  Lab& lab() { return *lab_; }

  /// Our labels for the box `ada`, with its attempt.
  static std::map<std::string, std::string> our_labels(const std::string& role = state::kRoleBox);
  static engine::BoxQuery query(const std::string& image = kSleeper);
  /// A small box's container in the lab's network, with our labels, policy `no`, no health check.
  static state::ContainerConfig config(const std::string& image = kSleeper);

  Result<engine::StepReply> perform(engine::StepKind kind);
  /// Creates it; a failure fails the test and gives an empty ID.
  ContainerId create(const state::ContainerConfig& wanted, const std::string& name = "box-ada");
  /// Creates and starts it.
  ContainerId run(const state::ContainerConfig& wanted, const std::string& name = "box-ada");
  void make_network();
  void make_volume(const std::string& name);

  /// Everything about the box `ada`. A failure fails the test.
  state::ObservedBox observe(const std::string& image = kSleeper);
  state::ObservedContainer seen(const ContainerId& id);
  state::ContainerState state_of(const ContainerId& id) { return seen(id).state; }
  bool exists(const ContainerId& id);
  /// The lab's network's present ID.
  NetworkId network_id();
  bool reaches(const ContainerId& id, state::ContainerState state, Duration limit = Duration{5000});
  bool reaches(const ContainerId& id, state::Health health, Duration limit = Duration{8000});

 private:
  std::unique_ptr<Lab> lab_;
};

inline const VolumeName kWork{"box-ada-work"};

/// The result is an error of this code. The message is shown when it is not.
#define EXPECT_ERROR(result, error_code)                                  \
  do {                                                                    \
    const auto& bw_result = (result);                                     \
    if (bw_result.has_value()) {                                          \
      ADD_FAILURE() << #result << " succeeded";                           \
    } else {                                                              \
      EXPECT_EQ(to_string(bw_result.error().code), to_string(error_code)) \
          << bw_result.error().message;                                   \
    }                                                                     \
  } while (false)

#define EXPECT_OK(result)                                                               \
  do {                                                                                  \
    const auto& bw_result = (result);                                                   \
    EXPECT_TRUE(bw_result.has_value()) << (bw_result ? "" : bw_result.error().message); \
  } while (false)

}  // namespace boxwright::test
