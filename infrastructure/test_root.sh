#!/usr/bin/env bash
# Sourced by test.sh: the one folder below which the tests keep their private Docker Engines, and
# the cleaning of it after whatever happened. See test.sh for what the tests put there.

# Short, since a unix socket's path holds at most 107 bytes.
make_test_root() {
  BOXWRIGHT_TEST_ROOT=$(mktemp -d /tmp/bwt.XXXXXXXX)
  # Some tests become another user, who must get through to the folder that is theirs.
  chmod 0711 "$BOXWRIGHT_TEST_ROOT"
  export BOXWRIGHT_TEST_ROOT TMPDIR=$BOXWRIGHT_TEST_ROOT TEST_TMPDIR=$BOXWRIGHT_TEST_ROOT
}

# Pids of processes whose command line names a path below the root: dockerd, containerd and shims.
# The root's name is random, so nothing of anybody else's can match.
processes_of_root() {
  local file pid
  for file in /proc/[0-9]*/cmdline; do
    pid=${file#/proc/}
    pid=${pid%/cmdline}
    [[ $pid != "$$" && $pid != "$BASHPID" ]] || continue
    if tr '\0' ' ' 2>/dev/null <"$file" | grep -qF -- "$BOXWRIGHT_TEST_ROOT/"; then echo "$pid"; fi
  done
}

# The given pids and everything below them, children first.
with_children() {
  local pid child
  for pid in "$@"; do
    while read -r child; do
      with_children "$child"
    done < <(cat "/proc/$pid/task/"*/children 2>/dev/null | xargs -rn1)
    echo "$pid"
  done
}

# await_end SECONDS PID...: false if one of them is still there.
await_end() {
  local end=$((SECONDS + $1)) pid
  shift
  for pid in "$@"; do
    while [[ -d /proc/$pid && $(awk '{print $3}' "/proc/$pid/stat" 2>/dev/null) != Z ]]; do
      [[ $SECONDS -lt $end ]] || return 1
      sleep 0.1
    done
  done
}

# An engine that is asked to stop ends its containers, containerd and mounts by itself. Pid files are
# of no use here: those engines count pids in a namespace of their own.
stop_engines() {
  local pid pids=()
  for pid in $(processes_of_root); do
    [[ $(cat "/proc/$pid/comm" 2>/dev/null) == dockerd ]] || continue
    kill -CONT "$pid" 2>/dev/null || true
    kill -TERM "$pid" 2>/dev/null || true
    pids+=("$pid")
  done
  await_end 20 "${pids[@]}" || true
}

# The control groups of each engine carry the name of its folder. Frozen processes cannot be ended.
thaw() {
  local folder file
  for folder in "$BOXWRIGHT_TEST_ROOT"/bw-engine-*; do
    for file in /sys/fs/cgroup/freezer/"${folder##*/}"/*/freezer.state; do
      if [[ -f $file ]]; then echo THAWED >"$file" || true; fi
    done
    for file in /sys/fs/cgroup/"${folder##*/}"/*/cgroup.freeze; do
      if [[ -f $file ]]; then echo 0 >"$file" || true; fi
    done
  done
}

remove_control_groups() {
  local folder group
  for folder in "$BOXWRIGHT_TEST_ROOT"/bw-engine-*; do
    for group in /sys/fs/cgroup/"${folder##*/}" /sys/fs/cgroup/*/"${folder##*/}"; do
      if [[ -d $group ]]; then find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true; fi
    done
  done
}

kill_leftovers() {
  local roots=() pids=()
  mapfile -t roots < <(processes_of_root)
  [[ ${#roots[@]} -gt 0 ]] || return 0
  mapfile -t pids < <(with_children "${roots[@]}" | awk '!seen[$0]++')
  echo "Ending ${#pids[@]} processes that the tests left" >&2
  kill -KILL "${pids[@]}" 2>/dev/null || true
  await_end 10 "${pids[@]}" || true
}

unmount_leftovers() {
  local mounts=() i
  # In the order they were made; undone backwards.
  mapfile -t mounts < <(awk -v root="$BOXWRIGHT_TEST_ROOT/" 'index($5, root) == 1 {print $5}' \
    /proc/self/mountinfo)
  for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do
    umount --lazy "$(printf '%b' "${mounts[i]}")" 2>/dev/null || true
  done
}

# Of an engine that the quickstart started in the machine's own network (engine.sh writes the file).
delete_bridges() {
  local file
  while read -r file; do
    ip link delete "$(<"$file")" 2>/dev/null || true
  done < <(find "$BOXWRIGHT_TEST_ROOT" -maxdepth 4 -type f -name bridge 2>/dev/null)
}

# Never fails, so that it may run in a trap; leaves no process, mount or bridge behind.
clean_test_root() {
  [[ -d ${BOXWRIGHT_TEST_ROOT:-} ]] || return 0
  thaw
  stop_engines
  kill_leftovers
  unmount_leftovers
  delete_bridges
  remove_control_groups
  rm -rf "$BOXWRIGHT_TEST_ROOT" || true
}
