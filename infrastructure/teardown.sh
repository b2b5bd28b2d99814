#!/usr/bin/env bash
# The way back from quickstart.sh: removes what it made and nothing else. Its containers, volumes,
# network and image in the engine, the engine itself if the quickstart started it, the release build
# if the quickstart made it, and its state folder. Debian packages stay; they are named at the end.
#
#   sudo infrastructure/teardown.sh          asks before removing volumes (the boxes' data)
#   sudo infrastructure/teardown.sh --yes    asks nothing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infrastructure/install.sh
source "$here/install.sh"
# shellcheck source=infrastructure/engine.sh
source "$here/engine.sh"

assume_yes=no
case ${1:-} in
  '') ;;
  --yes) assume_yes=yes ;;
  *) die "unknown argument '$1'; the only one is --yes." ;;
esac
become_root "$here/teardown.sh" "$@"

folder=${BOXWRIGHT_HOME:-/var/lib/boxwright}/quickstart
label=dev.boxwright.installation=quickstart
filter=

# A controller at work would make again what is removed here.
refuse_beside_a_controller() {
  local lock
  for lock in /run/lock/boxwright-* "$folder"/*.lock; do
    [[ -f $lock ]] || continue
    [[ $lock == "$folder"/* ]] || grep -qF "$folder/" "$lock" || continue
    flock --nonblock "$lock" true ||
      die "a Boxwright is at work on these boxes; stop it first. Its lock, $lock, says: $(tr '\n' ' ' <"$lock")"
  done
}

# A person may have committed an image from a box and run it: such a container carries the labels of
# the box, but it is that person's. Its image has the mark too, which a box's image never has.
is_copy() {
  [[ $(engine GET "/images/$1/json" 2>/dev/null |
    jq -r '.Config.Labels["dev.boxwright.uid"] // empty') != '' ]]
}

remove_containers() {
  local id image name
  while read -r id image name; do
    if is_copy "$image"; then
      say "Left alone: container ${name#/}, made by hand from an image of a box"
      continue
    fi
    say "Removing container ${name#/}"
    engine POST "/containers/$id/stop?t=10" >/dev/null
    engine DELETE "/containers/$id" >/dev/null
  done < <(engine GET "/containers/json?all=1&$filter" | jq -r '.[] | "\(.Id) \(.ImageID) \(.Names[0])"')
}

# False if the person wants to keep them.
remove_volumes() {
  local names=() name answer
  mapfile -t names < <(engine GET "/volumes?$filter" | jq -r '.Volumes // [] | .[].Name')
  [[ ${#names[@]} -gt 0 ]] || return 0
  if [[ $assume_yes == no ]]; then
    printf 'These volumes hold the data of the boxes:\n'
    printf '  %s\n' "${names[@]}"
    read -r -p 'Remove them for good? [y/N] ' answer || answer=
    if [[ $answer != [yY]* ]]; then return 1; fi
  fi
  for name in "${names[@]}"; do
    engine DELETE "/volumes/$name" >/dev/null
  done
  say "Removed ${#names[@]} volumes"
}

remove_networks() {
  local id name users
  while read -r id name; do
    users=$(engine GET "/networks/$id" | jq '.Containers | length')
    if [[ $users -gt 0 ]]; then
      say "Left alone: network $name, which $users other containers use"
    else
      engine DELETE "/networks/$id" >/dev/null
      say "Removed network $name"
    fi
  done < <(engine GET "/networks?$filter" | jq -r '.[] | "\(.Id) \(.Name)"')
}

# Of the container that held the volumes; another installation on this engine may use the same one.
remove_hold_images() {
  local id mark
  mark=$(jq -rn '{"label": ["dev.boxwright.role=hold"]} | tostring | @uri')
  while read -r id; do
    if engine DELETE "/images/$id" >/dev/null 2>&1; then say "Removed the image that held volumes"; fi
  done < <(engine GET "/images/json?filters=$mark" | jq -r '.[].Id')
}

# Only while the name still means what the quickstart made.
remove_image() {
  local name id
  read -r name id 2>/dev/null <"$folder/$1" || return 0
  [[ $(engine GET "/images/$name/json" 2>/dev/null | jq -r '.Id // empty') == "$id" ]] || return 0
  if engine DELETE "/images/$name" >/dev/null 2>&1; then
    say "Removed image $name"
  else
    say "Left alone: image $name, which something else uses"
  fi
}

# Somebody else's boxes and services may have come to live in it since.
stop_engine_if_unused() {
  local pid running
  pid=$(engine_pid "$folder") || return 0
  running=$(engine GET /containers/json | jq length)
  if [[ $running -gt 0 ]]; then
    say "Left running: the Docker Engine that the quickstart started (kill $pid), since $running other containers run in it"
  else
    stop_engine "$folder"
  fi
}

[[ -f $folder/NOTE ]] || {
  say "Nothing to remove: there is no quickstart in $folder"
  exit 0
}
install_packages quickstart
filter=filters=$(jq -rn --arg mark "$label" '{"label": [$mark]} | tostring | @uri')
refuse_beside_a_controller
if [[ -f $folder/socket ]]; then
  engine_socket=$(<"$folder/socket")
  socket_answers "$engine_socket" || die "no Docker Engine answers on $engine_socket, so the boxes cannot be removed.
       Start it (or run quickstart.sh again), then run this command again."
  remove_containers
  kept_volumes=no
  remove_volumes || kept_volumes=yes
  remove_networks
  remove_image image
  remove_image base-image
  remove_hold_images
  if [[ $kept_volumes == yes ]]; then
    say "The volumes are kept, and with them $folder; run this command again with --yes to remove them."
    exit 0
  fi
  stop_engine_if_unused
fi
if [[ -f $folder/build-made ]]; then
  rm -rf "$repository/build/release"
  rmdir --ignore-fail-on-non-empty "$repository/build"
fi
packages=$(sort -u "$folder/packages-installed" 2>/dev/null | tr '\n' ' ' || true)
rm -rf "$folder"
rmdir --ignore-fail-on-non-empty "$(dirname "$folder")" 2>/dev/null || true
say "Removed $folder"
if [[ -n $packages ]]; then
  echo "These Debian packages were installed for the quickstart and stay:"
  echo "  $packages"
fi
