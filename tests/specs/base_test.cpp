// Units, times, secrets and digests.

#include <gtest/gtest.h>

#include <type_traits>

#include "specs/base/digest.h"
#include "specs/base/units.h"

namespace boxwright {
namespace {

TEST(ParseBytes, ReadsBinaryUnits) {
  EXPECT_EQ(parse_bytes("65536B"), Bytes{65536});
  EXPECT_EQ(parse_bytes("1KiB"), Bytes{1024});
  EXPECT_EQ(parse_bytes("512MiB"), Bytes{512 * kMiB});
  EXPECT_EQ(parse_bytes("1.5GiB"), Bytes{1536 * kMiB});
  EXPECT_EQ(parse_bytes("0.000000001GiB").has_value(), false);
  EXPECT_EQ(parse_bytes("0.125TiB"), Bytes{128 * kGiB});
  EXPECT_EQ(parse_bytes("0B"), Bytes{0});
}

TEST(ParseBytes, RefusesEverythingElse) {
  for (const char* text :
       {"", "GiB", "2", "2 GiB", "-2GiB", "2GB", "2gib", "2G", "1e3MiB", "0x2GiB", "02GiB", "1.GiB",
        ".5GiB", "1.5B", "9999999999TiB", "99999999999999999999B", "2GiBB", "1.0000000001GiB"}) {
    const auto parsed = parse_bytes(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::InvalidSpec) << text;
  }
}

TEST(ParseBytes, SaysWhatToWriteInstead) {
  EXPECT_EQ(parse_bytes("512").error().message, "size `512` has no unit; write 512MiB or 512GiB");
  EXPECT_EQ(parse_bytes("2g").error().message,
            "size `2g` has the unit `g`, but units are binary; write 2GiB");
}

TEST(PrintBytes, TakesTheLargestUnitThatDivides) {
  EXPECT_EQ(to_string(Bytes{2 * kGiB}), "2GiB");
  EXPECT_EQ(to_string(Bytes{1536 * kMiB}), "1536MiB");
  EXPECT_EQ(to_string(Bytes{1}), "1B");
  EXPECT_EQ(to_string(Bytes{0}), "0B");
}

TEST(ParseCpus, ReadsDecimals) {
  EXPECT_EQ(parse_cpus("1.5"), NanoCpus{1'500'000'000});
  EXPECT_EQ(parse_cpus("2"), NanoCpus{2'000'000'000});
  EXPECT_EQ(parse_cpus("0.000000001"), NanoCpus{1});
  for (const char* text :
       {"", "1.", ".5", "-1", "1e3", "500m", "1,5", "01", "0.0000000001", "99999999999999"}) {
    EXPECT_FALSE(parse_cpus(text).has_value()) << text;
  }
}

TEST(PrintCpus, DropsLastZeros) {
  EXPECT_EQ(to_string(NanoCpus{1'500'000'000}), "1.5");
  EXPECT_EQ(to_string(NanoCpus{2'000'000'000}), "2");
  EXPECT_EQ(to_string(NanoCpus{1}), "0.000000001");
}

TEST(ParseDuration, ReadsUnitsFromLargeToSmall) {
  EXPECT_EQ(parse_duration("250ms"), Duration{250});
  EXPECT_EQ(parse_duration("30s"), Duration{30'000});
  EXPECT_EQ(parse_duration("1h30m"), Duration{5'400'000});
  EXPECT_EQ(parse_duration("1h2m3s4ms"), Duration{3'723'004});
  EXPECT_EQ(parse_duration("0s"), Duration{0});
  for (const char* text : {"", "30", "s", "-1s", "1.5h", "30m1h", "1s1s", "1 s", "1d", "10min",
                           "99999999999999999999s", "9223372036854775807h"}) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
}

TEST(FormatDuration, GivesWhatParseReads) {
  EXPECT_EQ(format_duration(Duration{0}), "0s");
  EXPECT_EQ(format_duration(Duration{30'000}), "30s");
  EXPECT_EQ(format_duration(Duration{300'000}), "5m");
  EXPECT_EQ(format_duration(Duration{86'400'000}), "24h");
  EXPECT_EQ(format_duration(Duration{5'400'000}), "1h30m");
  EXPECT_EQ(format_duration(Duration{1'500}), "1500ms");
}

TEST(Rfc3339, PrintsMilliseconds) {
  const auto time = parse_rfc3339("2026-11-24T20:31:01.123Z");
  ASSERT_TRUE(time.has_value());
  EXPECT_EQ(to_rfc3339(*time), "2026-11-24T20:31:01.123Z");
  EXPECT_EQ(to_rfc3339(WallTime{}), "1970-01-01T00:00:00.000Z");
}

TEST(Rfc3339, ReadsOffsetsAndNanoseconds) {
  const auto utc = parse_rfc3339("2026-11-24T20:31:01.123Z");
  ASSERT_TRUE(utc.has_value());
  EXPECT_EQ(parse_rfc3339("2026-11-24T20:31:01.123999999Z"), *utc);
  EXPECT_EQ(parse_rfc3339("2026-11-24T22:01:01.123+01:30"), *utc);
  EXPECT_EQ(parse_rfc3339("2026-11-24T15:31:01.123-05:00"), *utc);
}

TEST(Rfc3339, ReadsTheEnginesZeroTimeAsLongAgo) {
  const auto zero = parse_rfc3339("0001-01-01T00:00:00Z");
  ASSERT_TRUE(zero.has_value());
  EXPECT_LT(*zero, WallTime{});
}

TEST(Rfc3339, RefusesOtherTexts) {
  for (const char* text :
       {"", "2026-11-24", "2026-11-24T20:31:01", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-24T24:00:00Z", "2026-11-24T20:60:00Z", "2026-11-24T20:31:01.Z",
        "2026-11-24T20:31:01.1234567890Z", "2026-11-24T20:31:01Zx", "2026-11-24 20:31:01Z"}) {
    EXPECT_FALSE(parse_rfc3339(text).has_value()) << text;
  }
}

TEST(Sha256, GivesTheKnownDigests) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HmacSha256, GivesTheKnownCode) {
  // RFC 4231, test case 1.
  const MacKey key{"k", Secret(std::string(20, '\x0b'))};
  EXPECT_EQ(hmac_sha256_hex(key, "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

TEST(Secret, ComparesCopiesAndMoves) {
  Secret first("hunter2");
  const Secret copy(first);
  EXPECT_EQ(copy, first);
  EXPECT_FALSE(copy == Secret("hunter3"));
  EXPECT_FALSE(copy == Secret("hunter22"));
  EXPECT_EQ(Secret(), Secret(""));
  const Secret moved(std::move(first));
  EXPECT_EQ(moved.reveal(), "hunter2");
  Secret assigned("a much longer value that does not fit into the small buffer");
  assigned = moved;
  EXPECT_EQ(assigned.reveal(), "hunter2");
}

TEST(Secret, LeavesNothingInWhatWasMovedFrom) {
  Secret source("hunter2");
  Secret target;
  target = std::move(source);
  EXPECT_EQ(source.reveal(), "");  // NOLINT(bugprone-use-after-move): that is what is tested.
  EXPECT_EQ(target.reveal(), "hunter2");
}

TEST(Secret, CannotBePrinted) {
  EXPECT_FALSE((std::is_convertible_v<Secret, std::string>));
}

/// Gives one number, always.
class FixedRandom final : public Random {
 public:
  [[nodiscard]] std::uint64_t next() override { return 0xABCULL; }
};

TEST(RandomHex, HasSixteenDigits) {
  FixedRandom fixed;
  EXPECT_EQ(random_hex(fixed), "0000000000000abc");
  SystemRandom system;
  EXPECT_NE(random_hex(system), random_hex(system));
}

}  // namespace
}  // namespace boxwright
