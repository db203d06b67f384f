#pragma once
#include <map>
#include <string>
#include <string_view>

#include <fmt/format.h>

/// Log facade: no spdlog here. Loggers have Java-like dotted names; levels can be changed at run time by
/// prefix (REST /admin/loggers). Thread-safe. Nothing is logged per record above trace.
namespace tandem::log {

enum class Level { trace, debug, info, warn, error, off };

std::string_view to_string(Level level) noexcept;
bool parse_level(std::string_view text,
                 Level& out) noexcept;  ///< case-insensitive, log4j names (WARN, FATAL, ALL…)

/// Text put before each line of this thread, as Connect does: "[orders|task-0] ". Inherited by nobody.
class ThreadContext {
 public:
  explicit ThreadContext(std::string text);
  ~ThreadContext();
  ThreadContext(const ThreadContext&) = delete;
  ThreadContext& operator=(const ThreadContext&) = delete;

 private:
  std::string previous_;
};

bool enabled(std::string_view logger, Level level) noexcept;
void write(std::string_view logger, Level level, std::string_view text);

void set_level(std::string_view logger, Level level);  ///< "root" or a prefix ("tandem.mysql")
Level level_of(std::string_view logger);
/// Loggers with a level of their own; always has "root".
std::map<std::string, Level> levels();
/// Log to stderr (default) and, when `file` is not empty, to that file too.
void open(const std::string& file);

template <class... A>
void trace(std::string_view logger, fmt::format_string<A...> f, A&&... a) {
  if (enabled(logger, Level::trace)) {
    write(logger, Level::trace, fmt::format(f, std::forward<A>(a)...));
  }
}
template <class... A>
void debug(std::string_view logger, fmt::format_string<A...> f, A&&... a) {
  if (enabled(logger, Level::debug)) {
    write(logger, Level::debug, fmt::format(f, std::forward<A>(a)...));
  }
}
template <class... A>
void info(std::string_view logger, fmt::format_string<A...> f, A&&... a) {
  if (enabled(logger, Level::info)) {
    write(logger, Level::info, fmt::format(f, std::forward<A>(a)...));
  }
}
template <class... A>
void warn(std::string_view logger, fmt::format_string<A...> f, A&&... a) {
  if (enabled(logger, Level::warn)) {
    write(logger, Level::warn, fmt::format(f, std::forward<A>(a)...));
  }
}
template <class... A>
void error(std::string_view logger, fmt::format_string<A...> f, A&&... a) {
  if (enabled(logger, Level::error)) {
    write(logger, Level::error, fmt::format(f, std::forward<A>(a)...));
  }
}

}  // namespace tandem::log
