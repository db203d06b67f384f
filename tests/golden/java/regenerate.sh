#!/bin/sh
# Makes tests/golden/json again with a real JsonConverter (Kafka 3.9, Java 17): regenerate.sh KAFKA/libs
set -eu
libs=${1:?folder with connect-json, connect-api, kafka-clients and jackson jars}
here=$(cd "$(dirname "$0")" && pwd)
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac -d "$classes" -cp "$libs/*" "$here"/*.java
java -cp "$classes:$libs/*" JsonVectors "$here/json_cases.tsv" "$here/../json"
