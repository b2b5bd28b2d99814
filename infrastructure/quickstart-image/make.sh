#!/usr/bin/env bash
# Makes the image boxwright-quickstart:1 in the engine at SOCKET; does nothing where it is there.
#   make.sh SOCKET [FOLDER]   FOLDER: what was made is noted there, for the way back.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infrastructure/install.sh
source "$here/../install.sh"
# shellcheck source=infrastructure/engine.sh
source "$here/../engine.sh"

image=boxwright-quickstart:1
engine_socket=${1:?usage: make.sh SOCKET [FOLDER]}
notes=${2:-}
base=${BOXWRIGHT_BASE_IMAGE:-busybox:1.36}

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT

image_id() { engine GET "/images/$1/json" 2>/dev/null | jq -r '.Id // empty'; }
note() { if [[ -n $notes ]]; then printf '%s\n' "$2" >"$notes/$1"; fi; }

# The files that make an image a box, whatever lies below them.
lay_out_files() {
  local root=$1
  mkdir -p "$root"/{etc,tmp,srv/www,usr/local/bin} \
    "$root"/home/coder/{workspace,.config,.cache,.inbox}
  echo ok >"$root/srv/www/healthz"
  ln -s /home/coder/workspace/index.html "$root/srv/www/index.html"
  cp "$here/box-start" "$root/usr/local/bin/box-start"
  printf 'root:x:0:0:root:/root:/bin/sh\ncoder:x:1000:1000:coder:/home/coder:/bin/sh\n' \
    >"$root/etc/passwd"
  printf 'root:x:0:\ncoder:x:1000:\n' >"$root/etc/group"
  # The engine gives a fresh volume the owner and mode of the image's folder below it.
  chown -R 1000:1000 "$root/home/coder"
  chmod 1777 "$root/tmp"
}

# Pulls the base; false as soon as the registry is seen not to answer.
pull_base() {
  if [[ -n $(image_id "$base") ]]; then return 0; fi
  local reply
  reply=$(curl --silent --fail --max-time 300 --speed-limit 1 --speed-time 10 \
    --unix-socket "$engine_socket" --request POST \
    "http://engine/images/create?fromImage=${base%:*}&tag=${base##*:}") || return 1
  # A pull that fails half-way still has status 200; the error is a line of the stream.
  ! grep -q '"error"' <<<"$reply" && [[ -n $(image_id "$base") ]] || return 1
  note base-image "$base $(image_id "$base")"
}

build_on_base() {
  lay_out_files "$context/files"
  cat >"$context/Dockerfile" <<DOCKERFILE
FROM $base
COPY files/srv /srv
COPY files/etc/passwd files/etc/group /etc/
COPY files/usr/local/bin /usr/local/bin
COPY --chown=1000:1000 files/home/coder /home/coder
USER 1000:1000
WORKDIR /home/coder
EXPOSE 8080
CMD ["/usr/local/bin/box-start"]
DOCKERFILE
  tar -C "$context" -cf - Dockerfile files |
    engine POST "/build?t=$image&rm=1" --header 'Content-Type: application/x-tar' \
      --data-binary @- --max-time 300 >"$context/build.log" || return 1
  [[ -n $(image_id "$image") ]]
}

import_from_packages() {
  local root=$context/root applet changes
  rm -rf "$context/files"
  lay_out_files "$root"
  mkdir -p "$root"/{bin,dev,proc,sys,run}
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $("$root/bin/busybox" --list); do
    if [[ $applet != busybox ]]; then ln -s busybox "$root/bin/$applet"; fi
  done
  changes=$(printf '&changes=%s' "$(jq -rn --arg text 'USER 1000:1000' '$text|@uri')" \
    "$(jq -rn --arg text 'WORKDIR /home/coder' '$text|@uri')" \
    "$(jq -rn --arg text 'ENV PATH=/usr/local/bin:/bin' '$text|@uri')" \
    "$(jq -rn --arg text 'EXPOSE 8080' '$text|@uri')" \
    "$(jq -rn --arg text 'CMD ["/usr/local/bin/box-start"]' '$text|@uri')")
  tar -C "$root" -cf - . |
    engine POST "/images/create?fromSrc=-&repo=${image%:*}&tag=${image##*:}$changes" \
      --header 'Content-Type: application/x-tar' --data-binary @- >"$context/import.log"
  [[ -n $(image_id "$image") ]]
}

if [[ -n $(image_id "$image") ]]; then exit 0; fi
if pull_base && build_on_base; then
  say "Made the image $image on top of $base"
else
  install_packages quickstart
  import_from_packages || die "the engine did not take the image: $(tail -n 3 "$context/import.log")"
  say "Made the image $image from Debian's busybox-static (no registry answered)"
fi
note image "$image $(image_id "$image")"
