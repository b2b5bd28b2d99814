#!/usr/bin/env bash
# Debian packages that Boxwright needs, by purpose. Quick and silent when all of them are there.
#
#   infrastructure/install.sh build            what it takes to build
#   infrastructure/install.sh build tests      and to run every test
#
# Sets: build, quickstart (image making and the teardown), engine (Docker), tests, format, tidy, fuzz.
# The other scripts source this file for `install_packages`, `say`, `die` and `as_owner`.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '==> %s\n' "$*"; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# A package that was removed but not purged has a status line too, hence the exact word.
is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Any flavour builds. That with GnuTLS is preferred, since the process then holds one library of
# cryptography less in memory; an installed one stays, since apt would remove it for the other.
curl_library() {
  if is_installed libcurl4-openssl-dev; then
    echo libcurl4-openssl-dev
  else
    echo libcurl4-gnutls-dev
  fi
}

packages_of() {
  case $1 in
    build)
      echo g++ cmake ninja-build git ccache lld pkg-config ca-certificates libyaml-cpp-dev \
        "$(curl_library)" nlohmann-json3-dev libsqlitecpp-dev libsqlite3-dev libspdlog-dev \
        libfmt-dev libexpected-dev libcli11-dev libsodium-dev libarchive-dev \
        libhowardhinnant-date-dev tzdata
      ;;
    quickstart) echo curl jq busybox-static ;;
    engine) echo docker.io iptables ;;
    tests) echo libgtest-dev librapidcheck-dev sqlite3 docker.io iptables iproute2 busybox-static \
      curl jq fish zsh python3 python3-jsonschema procps haproxy ;;
    format) echo clang-format-19 ;;
    tidy) echo clang-tidy-19 ;;
    fuzz) echo clang-19 libclang-rt-19-dev python3 ;;
    *) die "unknown package set '$1'; known are: build quickstart engine tests format tidy fuzz" ;;
  esac
}

# Those of the named packages that are not installed, one a line.
missing_packages() {
  local name
  for name in "$@"; do
    is_installed "$name" || echo "$name"
  done
}

# install_packages SET...: what was newly installed is added to the file named by
# BOXWRIGHT_INSTALLED_LIST, where that is set.
install_packages() {
  local set wanted=() missing=()
  for set in "$@"; do
    # shellcheck disable=SC2207 # package names hold no white space
    wanted+=($(packages_of "$set"))
  done
  mapfile -t missing < <(missing_packages "${wanted[@]}" | sort -u)
  [[ ${#missing[@]} -gt 0 ]] || return 0

  command -v apt-get >/dev/null || die "these Debian packages are missing: ${missing[*]}.
       This machine has no apt-get; install what corresponds to them, then run the command again."
  [[ $(id -u) == 0 ]] || die "these Debian packages are missing: ${missing[*]}.
       Run the command as root or with sudo."
  say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
    --no-install-recommends "${missing[@]}"; } </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "apt-get could not install the packages; its last lines stand above."
  fi
  rm -f "$log"
  if [[ -n ${BOXWRIGHT_INSTALLED_LIST:-} ]]; then
    printf '%s\n' "${missing[@]}" >>"$BOXWRIGHT_INSTALLED_LIST"
  fi
}

# Under sudo, what is written into the checkout belongs to the checkout's owner, not to root.
as_owner() {
  local owner home
  owner=$(stat -c %U "$repository")
  if [[ $(id -u) != 0 || $owner == root || $owner == UNKNOWN ]]; then
    "$@"
  else
    home=$(getent passwd "$owner" | cut -d: -f6)
    runuser -u "$owner" -- env HOME="$home" "$@"
  fi
}

# Starts the calling script again through sudo where it is needed and there.
become_root() {
  [[ $(id -u) != 0 ]] || return 0
  command -v sudo >/dev/null || die "run this as root (sudo is not installed)."
  exec sudo --preserve-env=CI,DOCKER_HOST,BOXWRIGHT_HOME,BOXWRIGHT_ENGINE_ROOT,BOXWRIGHT_BASE_IMAGE \
    -- "$@"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  [[ $# -gt 0 ]] || set -- build
  install_packages "$@"
fi
