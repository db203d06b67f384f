# Sourced by the scripts: how they speak, stop, and install what they need.
# shellcheck shell=bash
say() { echo "tandem: $*" >&2; }
die() { echo "tandem: $1" >&2; shift; for line in "$@"; do echo "  $line" >&2; done; exit 1; }

# need_packages NAME...: installs what dpkg does not have; says what it does and names what is missing.
need_packages() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  [ "$(id -u)" = 0 ] || die "these Debian packages are missing: ${missing[*]}" "run as root once, or: sudo apt-get install ${missing[*]}"
  say "installing ${missing[*]}"
  local log; log=$(mktemp)
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    die "apt could not install: ${missing[*]}" "the lines above say why; is the package registry reachable, and is this Debian 12 or newer?"
  fi
  rm -f "$log"
}

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port: a TCP port of 127.0.0.1 that nobody listens on now.
free_port() {
  local p
  for _ in $(seq 200); do
    p=$((20000 + RANDOM % 12000))
    port_open "$p" || { echo "$p"; return 0; }
  done
  die "no free port between 20000 and 32000 on 127.0.0.1"
}

# maven_get GROUP:ARTIFACT:VERSION[:TYPE[:CLASSIFIER]] DIR
maven_get() {
  need_packages default-jdk-headless maven unzip xz-utils
  local log; log=$(mktemp)
  if ! mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy -Dartifact="$1" -DoutputDirectory="$2" >"$log" 2>&1; then
    grep -m 5 ERROR "$log" >&2 || tail -n 5 "$log" >&2
    die "could not fetch $1 with Maven" "is the Maven registry reachable? a mirror is set in ~/.m2/settings.xml"
  fi
  rm -f "$log"
}

# kafka_jars DIR VERSION ARTIFACT...: DIR/libs with these artifacts of org.apache.kafka and all they need, and DIR/log4j.properties.
kafka_jars() {
  local folder=$1 version=$2 artifact; shift 2
  [ -f "$folder/.complete" ] && return
  say "fetching Kafka $version: $* (Maven artifacts)"
  need_packages default-jdk-headless maven
  mkdir -p "$folder"
  {
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>tandem</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging><dependencies>'
    for artifact in "$@"; do echo "<dependency><groupId>org.apache.kafka</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>"; done
    echo '<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-reload4j</artifactId><version>1.7.36</version></dependency></dependencies></project>'
  } >"$folder/pom.xml"
  (cd "$folder" && mvn -q -B dependency:copy-dependencies -DoutputDirectory=libs) >"$folder/maven.log" 2>&1 ||
    { grep -m 5 ERROR "$folder/maven.log" >&2; die "could not fetch Kafka with Maven" "is the Maven registry reachable? a mirror is set in ~/.m2/settings.xml"; }
  printf 'log4j.rootLogger=WARN, out\nlog4j.appender.out=org.apache.log4j.ConsoleAppender\nlog4j.appender.out.layout=org.apache.log4j.PatternLayout\nlog4j.appender.out.layout.ConversionPattern=[%%d] %%p %%m (%%c)%%n\n' >"$folder/log4j.properties"
  touch "$folder/.complete"
}
