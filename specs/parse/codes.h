#pragma once
// Every kind of problem a document can have, with its stable code. A code is never reused.

#include <array>
#include <string_view>

namespace boxwright::specs {

/// One kind of problem.
struct Code {
  std::string_view id;       ///< `BW0103`; printed, searched for, never changed.
  std::string_view meaning;  ///< One line for a person.
};

namespace codes {

inline constexpr Code kSyntax{"BW0101", "the text is not valid YAML or JSON"};
inline constexpr Code kUnreadableFile{"BW0102", "the file cannot be read, or must not be"};
inline constexpr Code kUnknownField{"BW0103", "a field that this kind of document does not have"};
inline constexpr Code kWrongType{"BW0104", "a value of the wrong type"};
inline constexpr Code kMissingUnit{"BW0105", "a size or duration without its unit"};
inline constexpr Code kDuplicateKey{"BW0106", "one key twice in one map"};
inline constexpr Code kDuplicateName{"BW0107", "one box name declared twice in one source"};
inline constexpr Code kMissingField{"BW0108", "a required field is absent"};
inline constexpr Code kBadValue{"BW0109", "a value that the field does not allow"};
inline constexpr Code kEncoding{"BW0110", "text that is not UTF-8, or holds a NUL byte"};
inline constexpr Code kTooLarge{"BW0111", "a file that is too large, or nests too deeply"};
inline constexpr Code kYamlFeature{"BW0112", "a YAML feature that specs do not use"};
inline constexpr Code kEmptyValue{"BW0113", "an empty value where one is required"};
inline constexpr Code kApiVersion{"BW0114", "an API version that is absent or unknown"};
inline constexpr Code kKind{"BW0115", "a kind that is absent, unknown, or in the wrong file"};
inline constexpr Code kDuplicateDefaults{"BW0116", "more than one Defaults document in a source"};
inline constexpr Code kOutOfRange{"BW0117", "a number, size or duration outside its limits"};
inline constexpr Code kBadName{"BW0118", "a name that is no DNS label of at most 40 characters"};
inline constexpr Code kBadSubdomain{"BW0119", "a subdomain that cannot be routed safely"};
inline constexpr Code kSubdomainTaken{"BW0120", "one subdomain wanted by two boxes"};
inline constexpr Code kBadVariable{"BW0121", "a name that no environment variable can have"};
inline constexpr Code kVariableTwice{"BW0122", "one variable in both env and secrets"};
inline constexpr Code kBadVolumeKey{"BW0123", "a volume key that is not [a-z0-9]{1,20}"};
inline constexpr Code kBadVolumePath{"BW0124", "a volume path that is not absolute and clean"};
inline constexpr Code kVolumesOverlap{"BW0125", "two volumes on one path, or one inside another"};
inline constexpr Code kHealthcheck{"BW0126", "not exactly one of http, shell, command and none"};
inline constexpr Code kBadPort{"BW0127", "a published port that is not ip:host:container"};
inline constexpr Code kPortTaken{"BW0128", "one host port published twice"};
inline constexpr Code kEmptyFile{"BW0129", "a file with nothing in it"};
inline constexpr Code kUnquoted{"BW0130", "text without quotes that is read as something else"};

/// All of them, in order.
inline constexpr std::array kAll{
    kSyntax,         kUnreadableFile, kUnknownField,  kWrongType,
    kMissingUnit,    kDuplicateKey,   kDuplicateName, kMissingField,
    kBadValue,       kEncoding,       kTooLarge,      kYamlFeature,
    kEmptyValue,     kApiVersion,     kKind,          kDuplicateDefaults,
    kOutOfRange,     kBadName,        kBadSubdomain,  kSubdomainTaken,
    kBadVariable,    kVariableTwice,  kBadVolumeKey,  kBadVolumePath,
    kVolumesOverlap, kHealthcheck,    kBadPort,       kPortTaken,
    kEmptyFile,      kUnquoted};

}  // namespace codes
}  // namespace boxwright::specs
