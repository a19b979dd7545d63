#!/bin/bash
# Tries user-data/install.sh in a clean Debian 13 made by debootstrap, up to a tweet: what an instance
# does when it starts, without an account. As root, on Debian or Ubuntu with `debootstrap`:
#
#   try/in-debian.sh dist/minitter-0.1.0.tgz
#
#   DATABASE_URL     mysql://user:password@127.0.0.1:3306/minitter: a server of this machine stands for
#                    RDS. Without it: SQLite.
#   AS_IN_AWS=yes   release and secrets come from S3 and Secrets Manager, and an auto-scaling group waits;
#                    all three are played by a few lines of shell
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
  if [ -n "${AS_IN_AWS:-}" ]; then play_aws "$1"; fi
  if [ -n "${DATABASE_URL:-}" ]; then
    # shellcheck disable=SC2016 # The dollars are JavaScript's.
  node -e '
      const url = new URL(process.env.DATABASE_URL);
      const { username, password } = url;
      console.log(JSON.stringify({ username, password: decodeURIComponent(password) }));
    ' >"$1/try/database"
  fi
}

# $1: the folder. Puts programs before the real ones: AWS, and the address that tells an instance its id.
play_aws() {
  cat >"$1/usr/local/bin/aws" <<'AWS'
#!/bin/sh
case "$1 $2" in
  's3 cp') exec cp "/try/${4##*/}" "$5" ;;
  'secretsmanager get-secret-value') exec cat "/try/${4##*:}" ;;
  'autoscaling complete-lifecycle-action') echo "$*" >>/try/told ;;
  *) exit 1 ;;
esac
AWS
  cat >"$1/usr/local/bin/curl" <<'CURL'
#!/bin/sh
case "$*" in
  *169.254.169.254*/api/token) echo TOKEN ;;
  *TOKEN*169.254.169.254*/instance-id) echo i-0123456789abcdef0 ;;
  *) exec /usr/bin/curl "$@" ;;
esac
CURL
  chmod 0755 "$1/usr/local/bin/aws" "$1/usr/local/bin/curl"
}

# What the auto-scaling group was told last.
told() { tail -n 1 "$FOLDER/try/told"; }

# The inputs of install.sh, as src/user-data.ts writes them for an instance.
inputs() {
  local from=/try secret=file:/try/
  if [ -n "${AS_IN_AWS:-}" ]; then
    from=s3://minitter-releases
    secret=arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:
    echo "LIFECYCLE_GROUP=minitter-servers"
    echo "LIFECYCLE_HOOK=installed"
  fi
  echo "ARTEFACT=$from/$(basename "$ARTEFACT")"
  echo "ARTEFACT_SHA256=$(sha256sum "$ARTEFACT" | cut -d' ' -f1)"
  echo "SIGNING_KEY_SECRET=${secret}signing-key"
  echo "SETTING_PORT=$PORT"
  echo "SETTING_SITE_TITLE=Ada's Minitter"
  echo "SETTING_MINITTER_PUBLIC_URL=https://your.domain"
  echo "SETTING_TRUSTED_PROXIES=10.20.0.0/24,10.20.1.0/24"
  [ -n "${DATABASE_URL:-}" ] || return 0
  echo "DATABASE_SECRET=${secret}database"
  # shellcheck disable=SC2016 # The dollars are JavaScript's.
  node -e '
    const { hostname, port, pathname } = new URL(process.env.DATABASE_URL);
    console.log(`DATABASE_HOST=${hostname}\nDATABASE_PORT=${port || 3306}`);
    console.log(`DATABASE_NAME=${pathname.slice(1)}`);'
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
  expect "Ada's Minitter" curl -sS "$URL/api/v2/instance"
  expect '<!doctype html>' curl -sS -H 'Accept: text/html' "$URL/"
  expect Ada sign_up
  expect '"tweet"' tweet
  say "settings are readable by: $(chroot "$folder" stat -c '%U:%G %a' /etc/minitter/environment)"
  say 'a command of an operator'
  expect "$EMAIL" chroot "$folder" /usr/local/bin/minitter user list
  say 'a second run, as after a mistake'
  chroot "$folder" /usr/bin/env HOME=/root "${given[@]}" /bin/bash /try/install.sh
  expect pong curl -sS "$URL/ping"
  expect '"tweet"' timeline
  [ -n "${AS_IN_AWS:-}" ] || return 0
  expect '--lifecycle-action-result CONTINUE' told
  say 'a release that is not the one that was deployed'
  if chroot "$folder" /usr/bin/env HOME=/root "${given[@]}" \
    ARTEFACT_SHA256="$(printf '0%.0s' {1..64})" /bin/bash /try/install.sh; then
    say 'it was installed' && exit 1
  fi
  expect '--lifecycle-action-result ABANDON' told
  expect pong curl -sS "$URL/ping"
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
