#!/usr/bin/env bash
# Builds everything and proves it: format check, every test, those on a real Docker Engine too.
#
#   sudo infrastructure/test.sh [--fast] [--asan] [--tsan] [--fuzz] [--release] [--tidy]
#
#   --fast     without the tests that need a Docker Engine (no root needed)
#   --asan     also the unit tests under AddressSanitizer and UBSan
#   --tsan     also the unit tests that start threads under ThreadSanitizer
#   --fuzz     also every fuzz target for a short time (infrastructure/fuzz.sh)
#   --release  also build what quickstart.sh builds
#   --tidy     also clang-tidy over the whole tree
# CI=true implies --asan --tsan --fuzz --release; a Docker Engine that does not start is then a failure of its tests.
#
# The engines. The tests start their own dockerd (tests/support/dockerd.h) in namespaces of its own,
# and never use the machine's. Everything of theirs lies below one folder, which this script makes
# and hands on as BOXWRIGHT_TEST_ROOT and TMPDIR. The kernel ends such an engine together with its
# test; on exit, after a failure and after Ctrl-C too, this script ends what is left all the same:
# processes started with a path below that folder and their children, mounts below it, bridges,
# control groups, and the folder.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infrastructure/install.sh
source "$here/install.sh"
# shellcheck source=infrastructure/test_root.sh
source "$here/test_root.sh"

fast=no asan=no tsan=no fuzz=no release=no tidy=no
if [[ ${CI:-} == true ]]; then asan=yes tsan=yes fuzz=yes release=yes; fi
for argument in "$@"; do
  case $argument in
    --fast) fast=yes ;;
    --asan) asan=yes ;;
    --tsan) tsan=yes ;;
    --fuzz) fuzz=yes ;;
    --release) release=yes ;;
    --tidy) tidy=yes ;;
    *) die "unknown argument '$argument'; known are --fast --asan --tsan --fuzz --release --tidy." ;;
  esac
done
if [[ $fast == no ]]; then become_root "$here/test.sh" "$@"; fi
cd "$repository"

# The same object files serve every checkout of the tree.
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$repository
logs=$repository/build/logs
closing_lines=()

sources() {
  if as_owner git rev-parse --git-dir >/dev/null 2>&1; then
    as_owner git ls-files -- '*.cpp' '*.h'
  else
    find specs state controller tests -name '*.cpp' -o -name '*.h'
  fi
}

check_format() {
  say "Format: clang-format-19 over $(sources | wc -l) files"
  sources | xargs clang-format-19 --dry-run -Werror ||
    die "these files are not formatted; run: git ls-files '*.cpp' '*.h' | xargs clang-format-19 -i"
}

# build PRESET [TARGET]
build() {
  local preset=$1 target=${2:-all} start=$SECONDS
  as_owner mkdir -p "$logs"
  say "Building $preset ($target)"
  as_owner cmake --preset "$preset" >"$logs/$preset-configure.log" 2>&1 || {
    tail -n 30 "$logs/$preset-configure.log" >&2
    die "configuring $preset failed."
  }
  as_owner cmake --build --preset "$preset" --target "$target" >"$logs/$preset-build.log" 2>&1 || {
    grep -E -A 12 'error|FAILED' "$logs/$preset-build.log" | head -n 80 >&2
    die "building $preset failed; all of it is in $logs/$preset-build.log."
  }
  say "Built $preset in $((SECONDS - start)) s"
}

# run_tests PRESET [ctest arguments]: fails where a test fails, and where no test ran.
run_tests() {
  local preset=$1 log=$logs/$1-test.log status=0 line
  shift
  say "Testing $preset"
  ctest --preset "$preset" --no-tests=error --parallel 2 "$@" 2>&1 | tee "$log" |
    { grep -vE '^ *(Start +[0-9]+:|[0-9]+/[0-9]+ Test +#[0-9]+:.* Passed )' || true; } ||
    status=${PIPESTATUS[0]}
  line=$(grep -E '% tests passed, [0-9]+ tests failed out of [0-9]+' "$log" | tail -n 1 || true)
  [[ $line =~ out\ of\ ([0-9]+) && ${BASH_REMATCH[1]} -gt 0 ]] || die "no test ran for $preset."
  closing_lines+=("$preset" "$line")
  [[ $status == 0 ]] || die "$preset: $line; all of it is in $log."
}

packages=(build tests format)
if [[ $tidy == yes ]]; then packages+=(tidy); fi
if [[ $fuzz == yes ]]; then packages+=(fuzz); fi
install_packages "${packages[@]}"
check_format

make_test_root
trap 'clean_test_root' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

build dev
if [[ $fast == yes ]]; then run_tests dev --label-exclude engine; else run_tests dev; fi
# Only some tests are built here; ctest names an executable that was not built NAME_NOT_BUILT.
if [[ $asan == yes ]]; then
  build asan boxwright_unit_tests
  run_tests asan --exclude-regex '_NOT_BUILT$'
fi
if [[ $tsan == yes ]]; then
  build tsan boxwright_threaded_tests
  run_tests tsan --exclude-regex '_NOT_BUILT$'
fi
# What users build: another optimiser, other warnings. `quickstart.sh` makes the same target.
if [[ $release == yes ]]; then
  build release boxwright
  build/release/boxwright validate -f examples/quickstart ||
    die "the release build of boxwright does not run."
fi
if [[ $fuzz == yes ]]; then
  say "Fuzzing"
  "$here/fuzz.sh" 30 spec_reader
  "$here/fuzz.sh" 5 engine_json streams route_labels
fi
if [[ $tidy == yes ]]; then
  say "clang-tidy"
  sources | grep '\.cpp$' | xargs --max-procs 2 --max-args 4 clang-tidy-19 --quiet -p build/dev \
    --extra-arg=-Wno-unknown-warning-option
fi

clean_test_root
trap - EXIT
say "Took $((SECONDS / 60)) min $((SECONDS % 60)) s"
for ((i = ${#closing_lines[@]} - 2; i >= 0; i -= 2)); do
  printf '%s:\n%s\n' "${closing_lines[i]}" "${closing_lines[i + 1]}"
done
