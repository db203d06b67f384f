#include "tandem/base/log.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <mutex>
#include <shared_mutex>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace tandem::log {
namespace {

thread_local std::string thread_context;

struct State {
  std::shared_mutex mutex;
  std::map<std::string, Level> levels{{"root", Level::info}};
  std::atomic<Level> lowest{Level::info};
  std::shared_ptr<spdlog::logger> out;

  State() {
    out = std::make_shared<spdlog::logger>("tandem", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    prepare();
  }
  void prepare() {
    out->set_level(spdlog::level::trace);
    out->set_pattern("[%Y-%m-%d %H:%M:%S.%e] %v");
    out->flush_on(spdlog::level::info);
  }
};

State& state() {
  static State instance;
  return instance;
}

Level effective(const State& s, std::string_view logger) {
  std::string name(logger);
  while (!name.empty()) {
    if (const auto it = s.levels.find(name); it != s.levels.end()) {
      return it->second;
    }
    const auto dot = name.rfind('.');
    name.resize(dot == std::string::npos ? 0 : dot);
  }
  return s.levels.at("root");
}

}  // namespace

std::string_view to_string(Level level) noexcept {
  switch (level) {
    case Level::trace:
      return "TRACE";
    case Level::debug:
      return "DEBUG";
    case Level::info:
      return "INFO";
    case Level::warn:
      return "WARN";
    case Level::error:
      return "ERROR";
    case Level::off:
      return "OFF";
  }
  return "OFF";
}

bool parse_level(std::string_view text, Level& out) noexcept {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  static const std::map<std::string, Level, std::less<>> names{
      {"ALL", Level::trace}, {"TRACE", Level::trace}, {"DEBUG", Level::debug}, {"INFO", Level::info},
      {"WARN", Level::warn}, {"ERROR", Level::error}, {"FATAL", Level::error}, {"OFF", Level::off}};
  const auto it = names.find(upper);
  if (it == names.end()) {
    return false;
  }
  out = it->second;
  return true;
}

ThreadContext::ThreadContext(std::string text) : previous_(std::move(thread_context)) {
  thread_context = std::move(text);
}
ThreadContext::~ThreadContext() { thread_context = std::move(previous_); }

bool enabled(std::string_view logger, Level level) noexcept {
  auto& s = state();
  if (level < s.lowest.load(std::memory_order_relaxed)) {
    return false;
  }
  std::shared_lock lock(s.mutex);
  return level >= effective(s, logger) && level != Level::off;
}

void write(std::string_view logger, Level level, std::string_view text) {
  static constexpr spdlog::level::level_enum map[] = {spdlog::level::trace, spdlog::level::debug,
                                                      spdlog::level::info,  spdlog::level::warn,
                                                      spdlog::level::err,   spdlog::level::off};
  auto& s = state();
  std::shared_ptr<spdlog::logger> out;
  {
    std::shared_lock lock(s.mutex);
    out = s.out;
  }
  out->log(map[static_cast<int>(level)], "{} {}{} ({})", to_string(level), thread_context, text, logger);
}

void set_level(std::string_view logger, Level level) {
  auto& s = state();
  std::unique_lock lock(s.mutex);
  s.levels[std::string(logger)] = level;
  Level lowest = Level::off;
  for (const auto& [name, l] : s.levels) {
    lowest = std::min(lowest, l);
  }
  s.lowest = lowest;
}

Level level_of(std::string_view logger) {
  auto& s = state();
  std::shared_lock lock(s.mutex);
  return effective(s, logger);
}

std::map<std::string, Level> levels() {
  auto& s = state();
  std::shared_lock lock(s.mutex);
  return s.levels;
}

void open(const std::string& file) {
  auto& s = state();
  std::unique_lock lock(s.mutex);
  std::vector<spdlog::sink_ptr> sinks{std::make_shared<spdlog::sinks::stderr_sink_mt>()};
  if (!file.empty()) {
    sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(file));
  }
  s.out = std::make_shared<spdlog::logger>("tandem", sinks.begin(), sinks.end());
  s.prepare();
}

}  // namespace tandem::log
