#!/bin/bash
# Tries user-data/install.sh in a clean Debian 13 made by debootstrap, up to a tweet: what an instance
# does when it starts, without an account. As root, on Debian or Ubuntu with `debootstrap`:
#
#   try/in-debian.sh dist/minitter-0.1.0.tgz
#
#   DATABASE_URL     mysql://user:password@127.0.0.1:3306/minitter: a server of this machine stands for
#                    RDS. Without it: SQLite.
#   DEBIAN_MIRROR    where debootstrap loads from, if not its own default
#   LEND             files of this machine that the folder needs to reach the package registries, such
#                    as certificates or an .npmrc; separated by spaces
#   FOLDER           a Debian that is already there; it is used as it is, and kept
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
readonly HERE
readonly ARTEFACT=${1:?the release, such as dist/minitter-0.1.0.tgz}
readonly SUITE=trixie
readonly PORT=${PORT:-5055}
readonly URL=http://127.0.0.1:$PORT

say() { echo "try: $*"; }

make_debian() {
  say "making Debian ($SUITE) in $1"
  # shellcheck disable=SC2086 # No mirror is no argument.
  debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$1" ${DEBIAN_MIRROR:-} >/dev/null
}

# $1: the folder. Puts in what an instance would find in AWS.
fill() {
  local file
  cp /etc/resolv.conf "$1/etc/resolv.conf"
  for file in ${LEND:-}; do
    mkdir -p "$1$(dirname "$file")"
    cp --dereference "$file" "$1$file"
  done
  mkdir -p "$1/try"
  cp "$HERE/../user-data/install.sh" "$1/try/"
  cp "$ARTEFACT" "$1/try/"
  openssl rand -hex 32 >"$1/try/signing-key"
  if [ -n "${DATABASE_URL:-}" ]; then
    # shellcheck disable=SC2016 # The dollars are JavaScript's.
  node -e '
      const url = new URL(process.env.DATABASE_URL);
      const { username, password } = url;
      console.log(JSON.stringify({ username, password: decodeURIComponent(password) }));
    ' >"$1/try/database"
  fi
}

# The inputs of install.sh, as src/user-data.ts writes them for an instance.
inputs() {
  echo "ARTEFACT=/try/$(basename "$ARTEFACT")"
  echo "ARTEFACT_SHA256=$(sha256sum "$ARTEFACT" | cut -d' ' -f1)"
  echo "SIGNING_KEY_SECRET=file:/try/signing-key"
  echo "SETTING_PORT=$PORT"
  echo "SETTING_MINITTER_PUBLIC_URL=https://your.domain"
  echo "SETTING_TRUSTED_PROXIES=10.20.0.0/24,10.20.1.0/24"
  [ -n "${DATABASE_URL:-}" ] || return 0
  # shellcheck disable=SC2016 # The dollars are JavaScript's.
  node -e '
    const { hostname, port, pathname } = new URL(process.env.DATABASE_URL);
    console.log(`DATABASE_HOST=${hostname}\nDATABASE_PORT=${port || 3306}`);
    console.log(`DATABASE_NAME=${pathname.slice(1)}\nDATABASE_SECRET=file:/try/database`);'
}

# Runs inside namespaces of its own: whatever was started, mounted or listens ends with this.
inside() {
  local folder=$1
  mount -t proc proc "$folder/proc"
  mount --rbind /dev "$folder/dev"
  mapfile -t given < <(inputs)
  chroot "$folder" /usr/bin/env HOME=/root "${given[@]}" /bin/bash /try/install.sh
  say 'asking from outside'
  expect pong curl -sS "$URL/ping"
  expect Ada sign_up
  expect '"tweet"' tweet
  say "settings are readable by: $(chroot "$folder" stat -c '%U:%G %a' /etc/minitter/environment)"
  say 'a second run, as after a mistake'
  chroot "$folder" /usr/bin/env HOME=/root "${given[@]}" /bin/bash /try/install.sh
  expect pong curl -sS "$URL/ping"
  expect '"tweet"' timeline
}

# $1: what the output of the command must have in it.
expect() {
  local wanted=$1 got
  shift
  got=$("$@")
  case "$got" in
    *"$wanted"*) say "ok: $wanted" ;;
    *) say "expected $wanted, got: $got" && exit 1 ;;
  esac
}

EMAIL="ada-$(date +%s)@example.com"
readonly EMAIL
readonly PASSWORD='engines dream of numbers'

post() { curl -sS "$URL$1" -H 'Content-Type: application/json' -d "$2" "${@:3}"; }

sign_up() { post /sign-up "{\"name\": \"Ada\", \"email\": \"$EMAIL\", \"password\": \"$PASSWORD\"}"; }

token() {
  post /login "{\"email\": \"$EMAIL\", \"password\": \"$PASSWORD\"}" |
    sed 's/.*"access_token":"\([^"]*\)".*/\1/'
}

timeline() { curl -sS "$URL/timeline" -H "Authorization: Bearer $(token)"; }

# Posts a tweet and prints the timeline.
tweet() {
  post /tweet '{"tweet": "안녕하세요, AWS!"}' -H "Authorization: Bearer $(token)"
  timeline
}

if [ "${INSIDE:-}" = yes ]; then
  inside "$FOLDER"
  say 'all is well'
  exit
fi

folder=${FOLDER:-$(mktemp -d)}
if [ -z "${FOLDER:-}" ]; then
  trap 'rm -rf --one-file-system "$folder"' EXIT
  make_debian "$folder"
fi
# For the users inside it, such as the server's and apt's.
chmod 0755 "$folder"
fill "$folder"
INSIDE=yes FOLDER=$folder unshare --mount --pid --fork --kill-child "$0" "$ARTEFACT"
