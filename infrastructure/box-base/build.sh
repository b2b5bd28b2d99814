#!/usr/bin/env bash
# Builds the box image. Needs the docker command and npm; on a machine where no image registry
# answers also debootstrap, with which the base is made from Debian's packages.
#   infrastructure/box-base/build.sh [TAG]        default: box-base:1
# BASE: another base image. EXTRA_CA: a folder of *.crt that the npm registry's certificate needs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infrastructure/install.sh
source "$here/../install.sh"

tag=${1:-box-base:1}
base=${BASE:-debian:bookworm-slim}
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT

# The machine's own mirror, with its updates; the host's resolver file stays out.
make_base() {
  local root=$context/root mirror
  command -v debootstrap >/dev/null || die "no registry gives $base and debootstrap is not installed."
  # shellcheck disable=SC2016 # apt-get itself puts the site in
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
  say "Making the base from Debian's packages"
  debootstrap --variant=minbase bookworm "$root" "$mirror" >"$context/debootstrap.log" ||
    die "debootstrap failed: $(tail -n 3 "$context/debootstrap.log")"
  cp /etc/apt/sources.list "$root/etc/apt/" 2>/dev/null || true
  cp -r /etc/apt/sources.list.d/. "$root/etc/apt/sources.list.d/" 2>/dev/null || true
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root/etc/resolv.conf"
  base=box-base:bookworm
  tar -C "$root" --one-file-system -cf - . | docker import - "$base" >/dev/null
}

# unpack PACKAGE FOLDER
unpack() {
  local archive
  archive=$(cd "$context" && npm pack --silent "$1" | tail -n 1)
  mkdir -p "$context/$2"
  tar -C "$context/$2" --strip-components 1 -xzf "$context/$archive"
  rm "$context/$archive"
}

docker image inspect "$base" >/dev/null 2>&1 || docker pull --quiet "$base" 2>/dev/null || make_base
say "Fetching Node.js, npm and code-server"
unpack "node-linux-$(case $(uname -m) in aarch64) echo arm64 ;; *) echo x64 ;; esac)@24" node
unpack npm@11 npm
unpack code-server@4 code-server
mkdir "$context/ca"
touch "$context/ca/none"
if [[ -n ${EXTRA_CA:-} ]]; then cp "$EXTRA_CA"/*.crt "$context/ca/"; fi
cp "$here"/{Dockerfile,sshd_config,box-start} "$context/"
say "Building $tag"
docker build --quiet --build-arg BASE="$base" --tag "$tag" "$context"
