"""One Connect-compatible worker as a child process, driven over REST and measured from outside."""
import os
import subprocess
import time

import requests

TICKS = os.sysconf("SC_CLK_TCK")


def tree_cpu(root):
    """CPU seconds of a process, of its descendants, and of those of them that have ended."""
    children, ticks = {}, {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/stat", encoding="latin-1") as f:
                fields = f.read().rsplit(") ", 1)[1].split()
        except OSError:
            continue   # it ended meanwhile
        children.setdefault(int(fields[1]), []).append(int(entry))
        ticks[int(entry)] = sum(map(int, fields[11:15]))   # utime, stime, cutime, cstime: proc(5)
    total, todo = 0, [root]
    while todo:
        pid = todo.pop()
        total += ticks.get(pid, 0)
        todo += children.get(pid, [])
    return total / TICKS


class Worker:
    def __init__(self, command, url, log):
        self.url, self.command, self.log = url, command, log
        self.process = None

    def start(self):
        """Milliseconds from the start of the process until REST answers."""
        began = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        while time.monotonic() < began + 180:
            if self.process.poll() is not None:
                break
            try:
                if requests.get(f"{self.url}/connectors", timeout=5).ok:
                    return (time.monotonic() - began) * 1000
            except requests.RequestException:
                pass
            time.sleep(0.002)
        raise SystemExit(f"the worker did not answer at {self.url}; its log is {self.log}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu(self):
        return tree_cpu(self.process.pid)

    def memory(self, field):
        """MB of a field of /proc/PID/status: VmRSS now, VmHWM at most so far."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as f:
            return next(int(line.split()[1]) for line in f if line.startswith(field + ":")) / 1024

    def call(self, method, path, body=None):
        for _ in range(100):
            answer = requests.request(method, self.url + path, json=body, timeout=90)
            if answer.status_code != 409:   # 409: the group rebalances
                break
            time.sleep(0.1)
        if not answer.ok:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text[:800]}")
        return answer.json() if answer.text else None

    def create(self, name, config):
        self.call("PUT", f"/connectors/{name}/config", config)
        self.await_state(name, "RUNNING")

    def await_state(self, name, state):
        """Until the connector and all its tasks are in this state (a stopped connector has no tasks)."""
        end, status = time.monotonic() + 90, None
        while time.monotonic() < end:
            answer = requests.get(f"{self.url}/connectors/{name}/status", timeout=30)
            if answer.ok:
                status = answer.json()
                self.refuse_failed(status)
                states = [t["state"] for t in status["tasks"]]
                if status["connector"]["state"] == state and (not states if state == "STOPPED" else states and set(states) == {state}):
                    return
            time.sleep(0.01)
        raise SystemExit(f"{name} is not {state} after 90 s: {status}")

    def check(self, name):
        self.refuse_failed(self.call("GET", f"/connectors/{name}/status"))

    @staticmethod
    def refuse_failed(status):
        for task in status["tasks"]:
            if task["state"] == "FAILED":
                raise SystemExit(f"{status['name']} failed: {task.get('trace', '')[:3000]}")
