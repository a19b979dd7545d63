#!/bin/bash
# Makes a Minitter server out of a fresh machine: Amazon Linux 2023 as an EC2 instance, or Debian 13.
# It runs once, as root, when the machine starts; it may be run again. The launch template puts the
# inputs before it as environment variables (src/user-data.ts); by hand they come from the shell:
#
#   ARTEFACT             the release: s3://bucket/minitter-0.1.0.tgz, or a file
#   ARTEFACT_SHA256      what its SHA-256 must be; empty: it is not checked
#   SIGNING_KEY_SECRET   where MINITTER_SECRET is: the ARN of a secret, or file:/path
#   DATABASE_HOST        empty: an SQLite file on this machine
#   DATABASE_PORT, DATABASE_NAME
#   DATABASE_SECRET      where {"username", "password"} is: an ARN, or file:/path
#   DATABASE_TLS         the name of mysql2's certificates, "Amazon RDS"; empty: no TLS
#   CACHE_HOST           empty: no cache
#   CACHE_PORT, CACHE_SECRET
#   SMTP_SERVER          smtp://host:587; empty: no mails are sent
#   SMTP_SECRET          where {"username", "password"} for it is
#   SETTING_<NAME>       a setting of the server as it stands in .env.example, without SETTING_
#   LOG_GROUP_SERVER, LOG_GROUP_INSTALL   CloudWatch log groups; empty: the logs stay here
#   LIFECYCLE_GROUP, LIFECYCLE_HOOK       the auto-scaling group that waits for this machine
set -euo pipefail

readonly HOME_FOLDER=/opt/minitter
readonly ENVIRONMENT_FILE=/etc/minitter/environment
readonly COMMAND="${COMMAND:-/usr/local/bin/minitter}"
readonly LOG_FOLDER=/var/log/minitter
readonly PID_FILE=/run/minitter.pid
readonly PING="http://127.0.0.1:${SETTING_PORT:=5000}/ping"
readonly PING_SECONDS=120
readonly STOP_SECONDS=30
export SETTING_PORT
# A shell that cloud-init starts has no HOME; npm wants one.
export HOME="${HOME:-/root}"

say() { echo "minitter-install: $*"; }
die() { say "$*" >&2; return 1; }
given() { [ -n "${!1:-}" ]; }
have() { command -v "$1" >/dev/null; }

main() {
  install_packages
  ship_logs
  make_user
  install_release
  write_settings
  write_unit
  write_command
  # Before this machine serves, and while the old ones still do: a migration only adds (expand first).
  say 'migrating the database'
  "$COMMAND" migrate
  start_server
  wait_for_ping
  tell_group CONTINUE
  say 'serving'
}

# Told by the trap: a machine that failed is thrown away, and the alarm on this line stops the release.
failed() {
  # An error inside $(…) comes here twice: once from the inner shell, then from this one.
  [ "$BASH_SUBSHELL" -eq 0 ] || return 0
  say "failed at line $1: $2" >&2
  # The log is shipped every few seconds; the machine must not be gone before.
  given LOG_GROUP_INSTALL && sleep 20
  tell_group ABANDON || true
}

# npm comes with the system; the Node.js that runs the server comes with the release itself.
install_packages() {
  say 'installing packages'
  if have dnf; then
    dnf install --assumeyes --quiet nodejs24 nodejs24-npm logrotate
    if given LOG_GROUP_SERVER; then dnf install --assumeyes --quiet amazon-cloudwatch-agent; fi
  elif have apt-get; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet --quiet
    apt-get install --yes --quiet --quiet --no-install-recommends \
      nodejs npm ca-certificates curl logrotate >/dev/null
    if needs_aws; then apt-get install --yes --quiet --quiet --no-install-recommends awscli >/dev/null; fi
  else
    die 'this system has neither dnf nor apt-get'
  fi
}

needs_aws() {
  case "${ARTEFACT:-} ${SIGNING_KEY_SECRET:-} ${DATABASE_SECRET:-} ${SMTP_SECRET:-}" in
    *s3://* | *arn:aws*) return 0 ;;
    *) return 1 ;;
  esac
}

ship_logs() {
  given LOG_GROUP_SERVER || return 0
  local agent=/opt/aws/amazon-cloudwatch-agent
  local config=$agent/etc/minitter.json
  cat >"$config" <<JSON
{ "logs": { "force_flush_interval": 5, "logs_collected": { "files": { "collect_list": [
  { "file_path": "$LOG_FOLDER/server.log", "log_group_name": "$LOG_GROUP_SERVER",
    "log_stream_name": "{instance_id}" },
  { "file_path": "$LOG_FOLDER/install.log", "log_group_name": "$LOG_GROUP_INSTALL",
    "log_stream_name": "{instance_id}" }
] } } } }
JSON
  $agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c "file:$config" >/dev/null
}

make_user() {
  id minitter >/dev/null 2>&1 ||
    useradd --system --home-dir /var/lib/minitter --shell /usr/sbin/nologin minitter
  install -d -o minitter -g minitter -m 0700 /var/lib/minitter
}

install_release() {
  local name="${ARTEFACT##*/}"
  local file="$HOME_FOLDER/artefact/$name"
  local release="$HOME_FOLDER/releases/${name%.tgz}"
  say "installing $name"
  mkdir -p "$HOME_FOLDER/artefact" "$HOME_FOLDER/releases"
  case "$ARTEFACT" in
    s3://*) aws s3 cp --only-show-errors "$ARTEFACT" "$file" ;;
    *) cp "$ARTEFACT" "$file" ;;
  esac
  if given ARTEFACT_SHA256; then
    echo "$ARTEFACT_SHA256  $file" | sha256sum --check --quiet || die 'the release is not the one that was deployed'
  fi
  rm -rf "$release"
  mkdir -p "$release"
  # In a subshell: npm installs into the folder it stands in. Nothing in the release needs a script.
  (cd "$release" && "$(npm_command)" install --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error "$file")
  chmod -R a+rX "$HOME_FOLDER"
  ln -sfn "$release" "$HOME_FOLDER/current"
}

npm_command() { command -v npm || command -v npm-24; }
node_command() { command -v node || command -v node-24; }

# $1: an ARN or file:/path. Prints what the secret says.
read_secret() {
  case "$1" in
    file:*) cat "${1#file:}" ;;
    *) aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text ;;
  esac
}

# $1: an address; user and password are JSON on standard input. Prints the address with both in it.
with_login() {
  # shellcheck disable=SC2016 # The dollars are JavaScript's.
  "$(node_command)" -e '
    const { username, password } = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const who = [username, password].map(encodeURIComponent).join(":");
    console.log(process.argv[1].replace("//", () => `//${who}@`));' "$1"
}

# Prints the address of the database; the secret is on standard input.
database_url() {
  local tls="${DATABASE_TLS:-}"
  with_login "mysql://$DATABASE_HOST:$DATABASE_PORT/$DATABASE_NAME${tls:+?ssl=${tls// /%20}}"
}

# Each value is read twice, by systemd and by a shell: so it has nothing that either would expand.
write_setting() {
  case "$2" in
    *[\"\$\`\\]*) die "$1 has a character that cannot stand in a settings file" ;;
  esac
  printf '%s="%s"\n' "$1" "$2"
}

# Assigned before it is written: a command that fails inside an argument would go unnoticed.
write_settings() {
  local name value
  install -d -m 0755 /etc/minitter
  install -o root -g minitter -m 0640 /dev/null "$ENVIRONMENT_FILE"
  {
    write_setting HOST 0.0.0.0
    write_setting MINITTER_DATA_DIR /var/lib/minitter
    value=$(read_secret "$SIGNING_KEY_SECRET")
    write_setting MINITTER_SECRET "$value"
    if given DATABASE_HOST; then
      value=$(read_secret "$DATABASE_SECRET" | database_url)
      write_setting DATABASE_URL "$value"
    fi
    if given CACHE_HOST; then
      value=$(read_secret "$CACHE_SECRET")
      write_setting REDIS_URL "rediss://:$value@$CACHE_HOST:$CACHE_PORT"
    fi
    if given SMTP_SERVER; then
      value=$(read_secret "$SMTP_SECRET" | with_login "$SMTP_SERVER")
      write_setting SMTP_URL "$value"
    fi
    for name in "${!SETTING_@}"; do
      if given "$name"; then write_setting "${name#SETTING_}" "${!name}"; fi
    done
  } >"$ENVIRONMENT_FILE"
}

# Prints the unit.
unit() {
  cat <<UNIT
[Unit]
Description=Minitter
Documentation=file:$HOME_FOLDER/current/node_modules/minitter/README.md
Wants=network-online.target
After=network-online.target

[Service]
User=minitter
Group=minitter
EnvironmentFile=$ENVIRONMENT_FILE
Environment=NODE_ENV=production
Environment=PATH=$HOME_FOLDER/current/node_modules/.bin:/usr/bin:/bin
StateDirectory=minitter
StateDirectoryMode=0700
WorkingDirectory=/var/lib/minitter
ExecStart=$HOME_FOLDER/current/node_modules/.bin/minitter serve
StandardOutput=append:$LOG_FOLDER/server.log
StandardError=inherit
Restart=always
RestartSec=2
# The server ends by itself before: SHUTDOWN_TIMEOUT_SECONDS.
TimeoutStopSec=$STOP_SECONDS
# What it may not do is what infra/systemd/minitter.service says too; a test holds them together.
LimitNOFILE=65536
UMask=0077
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
CapabilityBoundingSet=
NoNewPrivileges=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
UNIT
}

write_unit() {
  mkdir -p /etc/systemd/system
  unit >/etc/systemd/system/minitter.service
  cat >/etc/logrotate.d/minitter <<'ROTATE'
/var/log/minitter/server.log {
  size 50M
  rotate 3
  copytruncate
  missingok
  notifempty
}
ROTATE
}

# So that an operator has `sudo minitter …` too, as the server's user and with its settings. Each step
# replaces the one before: the process that is started is the server itself.
write_command() {
  cat >"$COMMAND" <<COMMAND
#!/bin/sh
exec setpriv --reuid=minitter --regid=minitter --init-groups /bin/sh -c '
  set -a
  . $ENVIRONMENT_FILE
  set +a
  PATH=$HOME_FOLDER/current/node_modules/.bin:\$PATH
  cd /var/lib/minitter
  exec minitter "\$@"' minitter "\$@"
COMMAND
  chmod 0755 "$COMMAND"
}

start_server() {
  say 'starting the server'
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable --quiet minitter
    systemctl restart minitter
  else
    # A container or a folder made by debootstrap: nothing there starts and stops services.
    stop_server
    "$COMMAND" serve >>"$LOG_FOLDER/server.log" 2>&1 &
    echo $! >"$PID_FILE"
  fi
}

# Ends what an earlier run has started without systemd.
stop_server() {
  local pid second
  [ -f "$PID_FILE" ] || return 0
  pid=$(cat "$PID_FILE")
  # The number may have become another process's since.
  [ "$(stat -c %U "/proc/$pid" 2>/dev/null)" = minitter ] || return 0
  kill "$pid"
  for ((second = 0; second < STOP_SECONDS; second++)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 1
  done
  die "the server that ran before has not ended within $STOP_SECONDS s"
}

wait_for_ping() {
  local second
  for ((second = 0; second < PING_SECONDS; second++)); do
    if [ "$(curl --silent --max-time 2 "$PING" || true)" = pong ]; then return 0; fi
    sleep 1
  done
  tail --lines 50 "$LOG_FOLDER/server.log" >&2 || true
  die "$PING did not answer within $PING_SECONDS s"
}

# $1: CONTINUE lets the load balancer send requests here, ABANDON ends this machine.
tell_group() {
  given LIFECYCLE_HOOK || return 0
  local metadata=http://169.254.169.254/latest token id
  token=$(curl --silent --fail -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $metadata/api/token)
  id=$(curl --silent --fail -H "X-aws-ec2-metadata-token: $token" $metadata/meta-data/instance-id)
  aws autoscaling complete-lifecycle-action --auto-scaling-group-name "$LIFECYCLE_GROUP" \
    --lifecycle-hook-name "$LIFECYCLE_HOOK" --instance-id "$id" --lifecycle-action-result "$1"
}

# Only when it is run; a test reads it for its functions.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  mkdir -p "$LOG_FOLDER"
  exec > >(tee -a "$LOG_FOLDER/install.log") 2>&1
  set -o errtrace
  trap 'failed "$LINENO" "$BASH_COMMAND"' ERR
  main
fi
