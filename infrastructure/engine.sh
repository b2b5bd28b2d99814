#!/usr/bin/env bash
# Sourced by quickstart.sh and teardown.sh: finds the Docker Engine, or starts one, and speaks to it.
# After `find_engine`, `engine_socket` is the path of the socket that answers.

engine_socket=

# engine METHOD PATH [curl arguments]: the body on standard output; fails on a status of 400 or more.
engine() {
  local method=$1 path=$2
  shift 2
  curl --silent --show-error --fail-with-body --max-time 60 --unix-socket "$engine_socket" \
    --request "$method" "$@" "http://engine$path"
}

socket_answers() {
  [[ -S $1 ]] &&
    [[ $(curl --silent --max-time 5 --unix-socket "$1" http://engine/_ping 2>/dev/null) == OK ]]
}

# Where the engine is expected: DOCKER_HOST, or the standard socket.
# BOXWRIGHT_ENGINE_ROOT gives the quickstart a private engine below that folder instead (tests do so).
expected_socket() {
  case ${DOCKER_HOST:-} in
    '') echo "${BOXWRIGHT_ENGINE_ROOT:-/var/run}/docker.sock" ;;
    unix://*) echo "${DOCKER_HOST#unix://}" ;;
    *) die "DOCKER_HOST is '$DOCKER_HOST'; Boxwright speaks to a unix socket (unix:///path)." ;;
  esac
}

# True if an engine answers already.
find_engine() {
  engine_socket=$(expected_socket) || exit 1
  socket_answers "$engine_socket"
}

# await_engine SECONDS
await_engine() {
  local end=$((SECONDS + $1))
  until socket_answers "$engine_socket"; do
    [[ $SECONDS -lt $end ]] || return 1
    sleep 0.2
  done
}

# start_engine FOLDER: by systemd where it runs; otherwise in the background, with its pid and log
# kept in FOLDER, so that the teardown finds it again.
start_engine() {
  local folder=$1
  if [[ -d /run/systemd/system && -z ${BOXWRIGHT_ENGINE_ROOT:-} ]]; then
    say "Starting the Docker Engine (systemctl start docker)"
    systemctl start docker || die "systemd could not start docker; see: journalctl -u docker"
  else
    start_engine_in_background "$folder"
  fi
  await_engine 60 || die "the Docker Engine did not answer on $engine_socket within 60 s;
       see $folder/dockerd.log (or: journalctl -u docker)."
}

start_engine_in_background() {
  local folder=$1 flags=(--pidfile "$1/dockerd.pid" --host "unix://$engine_socket") bridge
  if [[ -n ${BOXWRIGHT_ENGINE_ROOT:-} ]]; then
    # A second engine on a machine needs a bridge of its own, or both fight over docker0.
    bridge=bwq$(($$ % 100000))
    ip link add "$bridge" type bridge
    ip address add "172.30.$(($$ % 250)).1/24" dev "$bridge"
    ip link set "$bridge" up
    echo "$bridge" >"$folder/bridge"
    flags+=(--data-root "$BOXWRIGHT_ENGINE_ROOT/data" --exec-root "$BOXWRIGHT_ENGINE_ROOT/exec"
      --bridge "$bridge" --iptables=false --containerd-namespace "$bridge"
      --containerd-plugins-namespace "$bridge-plugins")
  fi
  # The pid file of an engine that was killed keeps the next one from starting.
  if ! engine_pid "$folder" >/dev/null; then rm -f "$folder/dockerd.pid"; fi
  say "Starting the Docker Engine in the background (log: $folder/dockerd.log)"
  # As in Debian's own start script: without it a small limit of the shell holds for every box.
  ulimit -n "$(ulimit -Hn)"
  setsid nohup dockerd "${flags[@]}" >>"$folder/dockerd.log" 2>&1 </dev/null &
}

# engine_pid FOLDER: the pid of the engine started from FOLDER, if that very process is alive.
engine_pid() {
  local pid
  pid=$(cat "$1/dockerd.pid" 2>/dev/null) || return 1
  [[ $pid =~ ^[0-9]+$ ]] || return 1
  # A pid may have been given to another process since.
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "--pidfile $1/dockerd.pid" || return 1
  echo "$pid"
}

# stop_engine FOLDER: ends the engine started from FOLDER; nothing where there is none.
stop_engine() {
  local folder=$1 pid end
  if pid=$(engine_pid "$folder"); then
    say "Stopping the Docker Engine that the quickstart started (pid $pid)"
    kill -TERM "$pid"
    end=$((SECONDS + 60))
    while [[ -d /proc/$pid ]]; do
      [[ $SECONDS -lt $end ]] || die "the Docker Engine (pid $pid) did not stop within 60 s."
      sleep 0.2
    done
  fi
  if [[ -f $folder/bridge ]]; then
    ip link delete "$(cat "$folder/bridge")" 2>/dev/null || true
    rm -f "$folder/bridge"
  fi
}
