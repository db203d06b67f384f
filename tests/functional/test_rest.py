"""The daemon over REST on the embedded log: FileStream connectors only, so no server is needed."""
import socket
import subprocess
import time
import urllib.parse

import pytest
import requests
from worker import BINARY, Worker, eventually

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
ODD = "ta b&c=d% x/ü"


@pytest.fixture
def alone():
    """A worker that needs no database."""
    w = Worker("embedded", properties={"key.converter": "org.apache.kafka.connect.storage.StringConverter",
                                       "value.converter": "org.apache.kafka.connect.storage.StringConverter"}).start()
    yield w
    w.remove()


def quoted(name):
    return urllib.parse.quote(name, safe="")


def source(w, name="lines", topic="lines", **more):
    file = w.folder / f"{topic}.txt"
    file.touch()
    return file, {"connector.class": "FileStreamSource", "tasks.max": "1", "file": str(file), "topic": topic} | more


def state_of(w, name):
    s = w.call("GET", f"/connectors/{quoted(name)}/status").json()
    return {s["connector"]["state"]} | {t["state"] for t in s["tasks"]}


def await_state(w, name, state):
    eventually(lambda: state_of(w, name) == {state}, 20, f"{state} of {name}")


def test_rest_is_up_quickly_and_names_its_level():
    w = Worker("embedded")
    began = time.time()
    try:
        w.start()
        assert time.time() - began < 2, "much slower than the 200 ms it takes on an idle machine"
        root = w.call("GET", "/").json()
        assert list(root) == ["version", "commit", "kafka_cluster_id"] and root["version"].startswith("3.9.")
        eventually(lambda: w.call("GET", "/health").status_code == 200, 10, "health")
        assert requests.get(f"http://127.0.0.1:{w.metrics_port}/health", timeout=5).ok
        assert subprocess.run([BINARY, "healthcheck", "--url", w.url], timeout=20).returncode == 0
    finally:
        w.remove()
    assert subprocess.run([BINARY, "healthcheck", "--url", w.url], timeout=20).returncode == 1


def test_life_of_a_connector(alone):
    w = alone
    file, config = source(w)
    made = w.call("POST", "/connectors", {"name": "lines", "config": config})
    assert made.status_code == 201 and made.headers["Location"].endswith("/connectors/lines")
    assert made.json()["config"] == config | {"name": "lines"} and made.json()["type"] == "source"
    assert w.call("POST", "/connectors", {"name": "lines", "config": config}).status_code == 409
    w.await_running("lines")
    assert w.call("GET", "/connectors").json() == ["lines"]
    assert set(w.call("GET", "/connectors?expand=info&expand=status").json()["lines"]) == {"info", "status"}
    assert w.call("GET", "/connectors/lines/config").json() == config | {"name": "lines"}
    assert w.call("GET", "/connectors/lines/tasks").json()[0]["id"] == {"connector": "lines", "task": 0}
    assert w.call("GET", "/connectors/lines/tasks/0/status").json()["state"] == "RUNNING"
    assert w.call("GET", "/connectors/lines/tasks/7/status").status_code == 404

    assert w.call("PUT", "/connectors/lines/pause").status_code == 202
    await_state(w, "lines", "PAUSED")
    assert w.call("PUT", "/connectors/lines/resume").status_code == 202
    await_state(w, "lines", "RUNNING")
    assert w.call("POST", "/connectors/lines/restart").status_code == 204
    assert w.call("POST", "/connectors/lines/restart?includeTasks=true").status_code == 202
    await_state(w, "lines", "RUNNING")
    assert w.call("POST", "/connectors/lines/tasks/0/restart").status_code == 204
    await_state(w, "lines", "RUNNING")
    assert w.call("PUT", "/connectors/lines/stop").status_code == 204
    await_state(w, "lines", "STOPPED")
    assert eventually(lambda: w.call("GET", "/connectors/lines/tasks").json() == [], what="no tasks")
    assert w.call("PUT", "/connectors/lines/resume").status_code == 202
    await_state(w, "lines", "RUNNING")
    assert w.call("PATCH", "/connectors/lines/config", {"batch.size": "7"}).json()["config"]["batch.size"] == "7"
    assert "batch.size" not in w.call("PATCH", "/connectors/lines/config", {"batch.size": None}).json()["config"]
    assert w.call("DELETE", "/connectors/lines").status_code == 204
    eventually(lambda: w.call("GET", "/connectors/lines/status").status_code == 404, what="404 after the deletion")


def test_lines_cross_and_survive_kill_9(alone):
    w = alone
    file, config = source(w)
    out = w.folder / "out.txt"
    w.put("lines", config)
    w.put("copy", {"connector.class": SINK, "tasks.max": "1", "file": str(out), "topics": "lines"})
    w.await_running("lines", "copy")
    count = 0
    for _ in range(3):
        with file.open("a") as f:
            for _ in range(200):
                f.write(f"line {count}\n")
                count += 1
        eventually(lambda: out.exists() and out.read_text().count("\n") >= count, 20, f"{count} lines")
        w.kill()
        w.start()
        w.await_running("lines", "copy")
    with file.open("a") as f:
        f.write("last\n")
    eventually(lambda: "last" in out.read_text(), 20, "the last line")
    lines = [x for x in out.read_text().splitlines() if x.startswith("line ")]
    assert sorted(set(lines), key=lambda x: int(x[5:])) == [f"line {i}" for i in range(count)], "a line is missing"
    topic = subprocess.run([BINARY, "topics", "list", "--bootstrap", w.bootstrap], capture_output=True, text=True, timeout=20)
    assert topic.returncode == 0, topic.stderr
    assert f"lines\tpartitions=1\toffsets={count + 1}\t" in topic.stdout, "the source wrote a line twice or lost one"
    tail = subprocess.run([BINARY, "topics", "tail", "lines", "--from-beginning", "--bootstrap", w.bootstrap], capture_output=True, text=True, timeout=20)
    assert tail.stdout.count("\n") == count + 1 and tail.stdout.splitlines()[-1].endswith("\tlast")


def test_states_survive_kill_9(alone):
    w = alone
    for name, state in (("paused", "PAUSED"), ("stopped", "STOPPED"), ("running", "RUNNING")):
        _, config = source(w, topic=name)
        r = w.call("POST", "/connectors", {"name": name, "config": config, "initial_state": state})
        assert r.status_code == 201, r.text
        await_state(w, name, state)
    w.kill()
    w.start()
    for name, state in (("paused", "PAUSED"), ("stopped", "STOPPED"), ("running", "RUNNING")):
        await_state(w, name, state)


def test_names_of_every_kind(alone):
    w = alone
    _, config = source(w)
    r = w.call("POST", "/connectors", {"name": ODD, "config": config})
    assert r.status_code == 201 and r.headers["Location"].endswith(quoted(ODD))
    await_state(w, ODD, "RUNNING")
    assert w.call("GET", "/connectors/").json() == [ODD]
    assert w.call("DELETE", f"/connectors/{quoted(ODD)}").status_code == 204


def test_offsets_can_be_read_changed_and_reset(alone):
    w = alone
    file, config = source(w)
    file.write_text("a\nb\n")
    w.put("lines", config)
    partition = {"filename": str(file)}
    eventually(lambda: w.call("GET", "/connectors/lines/offsets").json() == {"offsets": [{"partition": partition, "offset": {"position": 4}}]}, what="offset 4")
    change = {"offsets": [{"partition": partition, "offset": {"position": 2}}]}
    refused = w.call("PATCH", "/connectors/lines/offsets", change)
    assert refused.status_code == 400 and refused.json()["message"].startswith("Connectors must be in the STOPPED state")
    w.call("PUT", "/connectors/lines/stop")
    await_state(w, "lines", "STOPPED")
    assert w.call("PATCH", "/connectors/lines/offsets", change).status_code == 200
    assert w.call("GET", "/connectors/lines/offsets").json() == change
    assert w.call("DELETE", "/connectors/lines/offsets").status_code == 200
    assert w.call("GET", "/connectors/lines/offsets").json() == {"offsets": []}


def test_a_hundred_callers_at_once(alone):
    from concurrent.futures import ThreadPoolExecutor
    w = alone
    for i in range(5):
        _, config = source(w, topic=f"t{i}")
        w.put(f"c{i}", config)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda i: w.call("GET", f"/connectors/c{i % 5}/status").status_code, range(300)))
    assert set(answers) == {200}


def test_bad_requests_are_answered_as_connect_does(alone):
    w = alone

    def error(method, path, body=None, **more):
        r = requests.request(method, w.url + path, timeout=20, **({"json": body} if body is not None else {}), **more)
        assert set(r.json()) == {"error_code", "message"} and r.json()["error_code"] == r.status_code, r.text
        return r.status_code, r.json()["message"]

    assert error("GET", "/nothing")[0] == 404
    assert error("PATCH", "/connectors")[0] == 405
    assert error("POST", "/connectors", data="a=b", headers={"Content-Type": "application/x-www-form-urlencoded"})[0] == 415
    assert error("GET", "/connectors/none/status") == (404, "No status found for connector none")
    assert error("GET", "/connectors/none")[0] == 404
    status, text = error("POST", "/connectors", data='{"name":', headers={"Content-Type": "application/json"})
    assert status == 500 and text.startswith("Unexpected end-of-input")
    status, text = error("POST", "/connectors", {"name": "x", "config": {"connector.class": "no.such.Connector"}})
    assert status == 500 and "Failed to find any class that implements Connector and which name matches no.such.Connector" in text
    assert error("POST", "/connectors/none/tasks/0/restart") == (404, "Unknown connector: none")
    status, text = error("PUT", "/connectors/x/config", {"connector.class": SOURCE, "tasks.max": "many", "topic": "t"})
    assert status == 400 and text.startswith("Connector configuration is invalid and contains the following 1 error(s):"), text
    assert "tasks.max" in text
    big = requests.put(w.url + "/connectors/x/config", data=b" " * (17 << 20), headers={"Content-Type": "application/json"}, timeout=20)
    assert big.status_code == 413


def test_topic_creation_that_lacks_a_setting_fails_the_connector(alone):
    w = alone
    _, config = source(w, **{"topic.creation.groups": "logs"})
    w.put("lines", config)
    failed = eventually(lambda: w.failed(), 10, "the failure")
    assert 'Missing required configuration "topic.creation.default.replication.factor"' in failed["lines"]
    w.put("lines", config | {f"topic.creation.{k}": v for k, v in
                             {"default.replication.factor": "1", "default.partitions": "1", "logs.include": ".*"}.items()})
    await_state(w, "lines", "RUNNING")


def test_metrics_follow_connectors(alone):
    w = alone
    file, config = source(w)
    file.write_text("a\nb\nc\n")
    w.put("lines", config)
    eventually(lambda: w.metric("kafka_connect_source_task_metrics_source_record_poll_total", connector="lines", task="0") == 3, what="three records counted")
    assert w.metric("kafka_connect_connector_status", connector="lines", status="running") == 1
    assert w.metric("kafka_connect_connector_status", connector="lines") == 1, "one state, one series"
    assert w.metric("kafka_connect_connector_task_status", connector="lines", task="0", status="running") == 1
    worker = "kafka_connect_connect_worker_metrics_"
    assert w.metric(worker + "connector_startup_success_total", connector="aggregate") >= 1
    assert w.metric(worker + "task_startup_success_total", connector="aggregate") == w.metric(worker + "task_startup_attempts_total", connector="aggregate") == 1
    assert w.metric("kafka_connect_connect_worker_rebalance_metrics_completed_rebalances_total") == 1
    assert w.metric("kafka_connect_connect_worker_rebalance_metrics_rebalancing") == 0
    assert f'sync_queue_bytes{{connector="lines",queue="producer",task="0"}}' in requests.get(f"http://127.0.0.1:{w.metrics_port}/metrics", timeout=5).text
    assert w.metric("kafka_connect_connect_worker_metrics_connector_running_task_count", connector="lines") == 1
    assert w.metric("process_resident_memory_bytes") > 1e6
    file.unlink()
    w.put("broken", {"connector.class": SINK, "tasks.max": "1", "file": "/no/such/folder/out", "topics": "lines"})
    eventually(lambda: w.metric(worker + "task_startup_failure_total", connector="aggregate") == 1, what="a start that failed")
    w.call("DELETE", "/connectors/broken")
    w.call("DELETE", "/connectors/lines")
    eventually(lambda: "lines" not in requests.get(f"http://127.0.0.1:{w.metrics_port}/metrics", timeout=5).text, what="no figures of a deleted connector")


def test_stops_on_sigterm_and_refuses_a_taken_port(alone):
    w = alone
    file = w.folder / "second.properties"
    file.write_text((w.folder / "worker.properties").read_text().replace(f"embedded:{w.folder}/log", f"embedded:{w.folder}/log2"))
    second = subprocess.run([BINARY, "worker", str(file)], capture_output=True, text=True, timeout=20)
    assert second.returncode == 2 and str(w.rest_port) in second.stderr, second.stderr
    same_log = subprocess.run([BINARY, "worker", str(w.folder / "worker.properties")], capture_output=True, text=True, timeout=20)
    assert same_log.returncode == 2 and "log" in same_log.stderr, same_log.stderr
    _, config = source(w)
    w.put("lines", config)
    w.await_running("lines")
    w.process.terminate()
    assert w.process.wait(10) == 0
    with socket.socket() as s:
        assert s.connect_ex(("127.0.0.1", w.rest_port)) != 0


@pytest.mark.parametrize("text, word", [("bootstrap.servers=embedded:{}\n", "group.id"), ("group.id=g\n", "key.converter")])
def test_a_bad_file_is_refused_by_name(tmp_path, text, word):
    file = tmp_path / "w.properties"
    file.write_text(text.format(tmp_path / "log"))
    r = subprocess.run([BINARY, "worker", str(file)], capture_output=True, text=True, timeout=20)
    assert r.returncode == 2 and word in r.stderr, r.stderr


def test_the_command_line_explains_itself():
    assert "tandem worker FILE.properties" in subprocess.run([BINARY, "--help"], capture_output=True, text=True).stdout
    assert subprocess.run([BINARY, "--version"], capture_output=True, text=True).stdout.startswith("tandem ")
    for command, word in (("worker", "listeners"), ("topics", "--from-beginning"), ("healthcheck", "--url"), ("plugins", "converters")):
        r = subprocess.run([BINARY, command, "--help"], capture_output=True, text=True)
        assert r.returncode == 0 and f"tandem {command}" in r.stdout and word in r.stdout
    assert subprocess.run([BINARY, "nonsense"], capture_output=True).returncode == 1
    assert subprocess.run([BINARY, "worker", "/no/such/file"], capture_output=True).returncode == 2
    plugins = subprocess.run([BINARY, "plugins"], capture_output=True, text=True).stdout
    assert SOURCE in plugins and "org.apache.kafka.connect.json.JsonConverter" in plugins
