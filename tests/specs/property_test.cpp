// What must hold for any value, tried on many.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "specs/base/units.h"
#include "specs/model/canonical.h"
#include "specs/parse/documents.h"
#include "texts.h"

namespace boxwright::specs {
namespace {

rc::Gen<std::string> words() {
  return rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7F));
}

rc::Gen<BoxSpec> specs() {
  return rc::gen::exec([] {
    BoxSpec spec;
    spec.image = "box-base:1";
    spec.subdomain = "ada";
    spec.volumes = default_volumes();
    spec.resources = {NanoCpus{*rc::gen::inRange<std::int64_t>(10'000'000, 1'000'000'000'000)},
                      Bytes{*rc::gen::inRange<std::int64_t>(6 * kMiB, 1024 * kGiB)},
                      *rc::gen::inRange<std::int64_t>(1, 4'194'304)};
    spec.command = *rc::gen::container<std::vector<std::string>>(words());
    spec.env["A"] = *words();
    spec.stop_grace_period = Duration{1000 * *rc::gen::inRange<std::int64_t>(0, 100'000)};
    spec.healthcheck.interval = Duration{*rc::gen::inRange<std::int64_t>(1, 100'000'000)};
    spec.suspend = *rc::gen::arbitrary<bool>();
    return spec;
  });
}

RC_GTEST_PROP(CanonicalJsonOfAnySpec, ComesBackTheSame, ()) {
  const BoxSpec spec = *specs();
  RC_ASSERT(spec_from_canonical_json(canonical_json(spec)) == spec);
}

RC_GTEST_PROP(CanonicalJsonOfAnySpec, IsReadAsARowAndAsYaml, ()) {
  const BoxSpec spec = *specs();
  const std::string json = canonical_json(spec);
  const Documents row = read_rows({{"ada", "", "", json}});
  RC_ASSERT(lines_of(row.problems).empty());
  RC_ASSERT(row.boxes.at(0).spec == spec);
  // JSON is YAML.
  const Documents yaml = read_documents(
      {{"x.yaml",
        R"({"apiVersion":"boxwright.dev/v1","kind":"Box","metadata":{"name":"ada"},"spec":)" +
            json + "}"}});
  RC_ASSERT(lines_of(yaml.problems).empty());
  RC_ASSERT(yaml.boxes.at(0).spec == spec);
}

RC_GTEST_PROP(AnyQuantity, IsReadAsItWasPrinted, ()) {
  const Bytes bytes{*rc::gen::inRange<std::int64_t>(0, 1LL << 50)};
  RC_ASSERT(parse_bytes(to_string(bytes)) == bytes);
  const NanoCpus cpus{*rc::gen::inRange<std::int64_t>(0, 1LL << 50)};
  RC_ASSERT(parse_cpus(to_string(cpus)) == cpus);
  const Duration duration{*rc::gen::inRange<std::int64_t>(0, 1LL << 50)};
  RC_ASSERT(parse_duration(format_duration(duration)) == duration);
}

RC_GTEST_PROP(AnyDamageToADocument, IsReadOrRefusedButNeverThrows, ()) {
  std::string text =
      box_text("ada", "  env: {A: \"x\", B: 'y'}\n  command: [a, b]\n  volumes: {data: /data}\n");
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  switch (*rc::gen::inRange(0, 3)) {
    case 0: text.resize(at); break;
    case 1: text[at] = *rc::gen::arbitrary<char>(); break;
    default:
      text.insert(at, 1,
                  *rc::gen::element(':', '\n', ' ', '[', '{', '"', '\'', '&', '*', '!', '|', '-'));
      break;
  }
  const Documents documents = read_documents({{"x.yaml", text}});
  for (const Problem& problem : documents.problems) {
    RC_ASSERT(problem.at.line >= 1);
    RC_ASSERT(problem.at.column >= 1);
    RC_ASSERT(problem.message.find('\n') == std::string::npos);
  }
  RC_ASSERT(documents.boxes.size() <= 1U);
}

}  // namespace
}  // namespace boxwright::specs
