#include "tandem/base/failpoint.hpp"

#include "tandem/base/error.hpp"
#include "tandem/base/log.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include <unistd.h>

namespace tandem {
namespace {

struct Armed {
  std::string action;
  int passes_left = 1;
  bool spent = false;
};

struct Failpoints {
  std::atomic<bool> any{false};
  std::mutex mutex;
  std::map<std::string, Armed, std::less<>> armed;

  Failpoints() {
    const char* text = std::getenv("TANDEM_FAILPOINTS");
    std::string_view rest = text == nullptr ? "" : text;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      const auto item = rest.substr(0, comma);
      rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
      const auto eq = item.find('=');
      if (eq == std::string_view::npos) {
        continue;
      }
      Armed a;
      auto action = item.substr(eq + 1);
      if (const auto star = action.find('*'); star != std::string_view::npos) {
        a.passes_left = std::atoi(std::string(action.substr(0, star)).c_str());
        action = action.substr(star + 1);
      }
      a.action = action;
      armed.emplace(item.substr(0, eq), a);
    }
    any = !armed.empty();
  }
};

Failpoints& failpoints() {
  static Failpoints instance;
  return instance;
}

}  // namespace

void failpoint(std::string_view name) {
  auto& f = failpoints();
  if (!f.any.load(std::memory_order_relaxed)) [[likely]] {
    return;
  }
  std::string action;
  {
    std::lock_guard lock(f.mutex);
    const auto it = f.armed.find(name);
    if (it == f.armed.end() || it->second.spent || --it->second.passes_left > 0) {
      return;
    }
    it->second.spent = true;
    action = it->second.action;
  }
  log::warn("tandem.failpoint", "failpoint {}: {}", name, action);
  if (action == "crash") {
    _exit(137);
  }
  if (action == "error") {
    raise(ErrorKind::transient, "failpoint " + std::string(name));
  }
  if (action.starts_with("sleep:")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::atoi(action.c_str() + 6)));
  }
}

}  // namespace tandem
