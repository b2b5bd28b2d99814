#!/usr/bin/env bash
# Reads made-up input with every reader of foreign text: libFuzzer, clang, AddressSanitizer, UBSan.
#
#   infrastructure/fuzz.sh [SECONDS] [TARGET...]     30 seconds for each of all targets by default
#
# A finding is an input that crashes, breaks what the target asserts, takes longer than 5 s or more
# than 512 MiB. It fails the run and is kept in build/fuzz/findings; run the target with that file as
# its only argument to see it again, and commit it to tests/fuzz/seeds once it is mended.
# What was found to be interesting stays in build/fuzz/corpus and is where the next run begins.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infrastructure/install.sh
source "$here/install.sh"

seconds=30
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi
targets=("$@")
if [[ ${#targets[@]} == 0 ]]; then
  targets=(spec_reader engine_json streams route_labels)
fi

cd "$repository"
install_packages build fuzz
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$repository
log=build/logs/fuzz-build.log
as_owner mkdir -p build/logs
{
  as_owner cmake --preset fuzz &&
    as_owner cmake --build --preset fuzz --target "${targets[@]/#/fuzz_}"
} >"$log" 2>&1 || {
  grep -E -A 12 'rror|FAILED' "$log" | head -n 60 >&2
  die "building the fuzz targets failed; all of it is in $log."
}

# A file that is deeper or larger than the readers take is refused at once; small ones find more.
fuzz() {
  local name=$1 corpus=build/fuzz/corpus/$1 findings=build/fuzz/findings/$1 seeds arguments
  seeds=(tests/fuzz/seeds/"$name")
  arguments=(-max_total_time="$seconds" -timeout=5 -rss_limit_mb=512 -max_len=8192
    -malloc_limit_mb=64 -print_final_stats=1 -artifact_prefix="$findings/")
  if [[ $name == spec_reader ]]; then
    as_owner tests/fuzz/suite_seeds.py tests/specs/yaml_test_suite/cases.json build/fuzz/yaml_suite
    seeds+=(examples build/fuzz/yaml_suite)
  fi
  if [[ -f tests/fuzz/$name.dict ]]; then arguments+=(-dict="tests/fuzz/$name.dict"); fi
  as_owner mkdir -p "$corpus" "$findings"
  log=build/logs/fuzz-$name.log
  # Freed memory that AddressSanitizer keeps back for a while would count as the input's own.
  ASAN_OPTIONS=quarantine_size_mb=32 as_owner \
    "build/fuzz/fuzz_$name" "${arguments[@]}" "$corpus" "${seeds[@]}" >"$log" 2>&1 || {
    tail -n 60 "$log" >&2
    die "fuzz_$name found something: $(ls -t "$findings" | head -n 1) in $findings."
  }
  say "fuzz_$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $seconds s, nothing found"
}

for target in "${targets[@]}"; do
  fuzz "$target"
done
