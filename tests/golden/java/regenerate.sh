#!/bin/sh
# Makes the vectors in tests/golden/json and tests/golden/transforms again with the real JsonConverter and the real
# ExtractNewRecordState (Kafka 3.9, Debezium 3.6.1, Java 17): regenerate.sh KAFKA/libs DEBEZIUM-CONNECTOR-FOLDER
set -eu
libs=${1:?folder with connect-json, connect-api, connect-transforms, kafka-clients and jackson jars}
debezium=${2:?folder with the jars of a Debezium connector}
here=$(cd "$(dirname "$0")" && pwd)
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac -d "$classes" -cp "$libs/*:$debezium/*" "$here"/*.java
java -cp "$classes:$libs/*" JsonVectors "$here/json_cases.tsv" "$here/../json"
java -cp "$classes:$libs/*:$debezium/*" UnwrapVectors "$here/unwrap_cases.tsv" "$here/../transforms/unwrap.tsv"
