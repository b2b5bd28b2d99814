#!/usr/bin/env bash
# From a fresh Debian 12 to two boxes that run: installs, builds, finds or starts the Docker Engine,
# makes an image, and lets Boxwright bring up examples/quickstart. Twice is harmless and quick.
# The way back: infrastructure/teardown.sh.
#
#   sudo infrastructure/quickstart.sh
#
# DOCKER_HOST     the engine to use, unix:///path (default: the standard socket)
# BOXWRIGHT_HOME  where state is kept (default: /var/lib/boxwright; the quickstart's: its quickstart/)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infrastructure/install.sh
source "$here/install.sh"
# shellcheck source=infrastructure/engine.sh
source "$here/engine.sh"

[[ $# -eq 0 ]] || die "quickstart.sh takes no arguments; see the top of $0."
become_root "$here/quickstart.sh"

folder=${BOXWRIGHT_HOME:-/var/lib/boxwright}/quickstart
boxwright=$folder/boxwright
example=$repository/examples/quickstart

build() {
  local log=$folder/build.log
  if [[ ! -d $repository/build/release ]]; then touch "$folder/build-made"; fi
  if [[ ! -x $repository/build/release/boxwright ]]; then
    say "Building boxwright (a few minutes on the first run; log: $log)"
  fi
  { cd "$repository" && as_owner cmake --preset release -DBOXWRIGHT_TESTS=OFF &&
    as_owner cmake --build --preset release --target boxwright; } >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    die "the build failed; its last lines stand above, all of it is in $log."
  }
}

# A launcher with this installation's flags, so that every command below is short.
# Its own installation name keeps the quickstart's boxes apart from any other's, for the way back.
write_launcher() {
  cat >"$boxwright.new" <<LAUNCHER
#!/bin/sh
exec '$repository/build/release/boxwright' --engine 'unix://$engine_socket' \\
  --state '$folder/state.db' --installation quickstart "\$@"
LAUNCHER
  chmod 755 "$boxwright.new"
  mv "$boxwright.new" "$boxwright"
}

three_things_to_try() {
  cat <<TEXT

Two boxes run: http://127.0.0.1:18081/ and http://127.0.0.1:18082/. Three things to try next:

1. Break one by hand and let Boxwright mend it; with \`run\` it does so at once, by itself:
     $boxwright run $example &
     docker -H unix://$engine_socket rm -f box-ada
     docker -H unix://$engine_socket update --memory 64m --memory-swap 128m box-grace
     $boxwright get
   (or, without \`run\`: $boxwright apply -f $example --yes)

2. Change what is wanted: edit memory in $example/ada.yaml, then
     $boxwright plan -f $example
     $boxwright apply -f $example
   The container keeps its ID and its start time: a limit is changed live.

3. Ask why:
     $boxwright events
     $boxwright describe ada

The way back: sudo infrastructure/teardown.sh
TEXT
}

mkdir -p "$folder"
echo "Made by infrastructure/quickstart.sh; infrastructure/teardown.sh removes it." >"$folder/NOTE"
export BOXWRIGHT_INSTALLED_LIST=$folder/packages-installed

install_packages build quickstart
build
if ! find_engine; then
  if [[ -n ${DOCKER_HOST:-} ]]; then
    die "no Docker Engine answers on $engine_socket (from DOCKER_HOST); start it, or unset DOCKER_HOST."
  fi
  install_packages engine
  # The package starts its service where it may; starting it again does no harm.
  find_engine || start_engine "$folder"
fi
say "Using the Docker Engine at $engine_socket"
echo "$engine_socket" >"$folder/socket"
"$here/quickstart-image/make.sh" "$engine_socket" "$folder"
write_launcher

say "boxwright apply -f $example --yes"
"$boxwright" apply -f "$example" --yes
say "boxwright get"
"$boxwright" get
three_things_to_try
