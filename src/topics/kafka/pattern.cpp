#include "topics/kafka/consumer.hpp"

#include <algorithm>
#include <cctype>

namespace tandem::topics::kafka {
namespace {

[[noreturn]] void refuse(const std::string& java, const std::string& what) {
  raise(ErrorKind::config,
        "topics.regex=" + java + " uses " + what + ", which the Kafka client here cannot match",
        "write it without, or list the names in topics");
}

/// Java's class escapes as POSIX knows them, for use inside or outside brackets.
std::string class_escape(char c) {
  switch (c) {
    case 'd':
      return "0-9";
    case 'w':
      return "a-zA-Z0-9_";
    case 's':
      return "[:space:]";
    default:
      return {};
  }
}

std::string literal(char c) {
  static const std::string special = ".[]()*+?{}|^$\\";
  return special.find(c) == std::string::npos ? std::string(1, c) : std::string("\\") + c;
}

}  // namespace

std::string posix_pattern(const std::string& java) {
  std::string out;
  bool in_brackets = false;
  for (std::size_t i = 0; i < java.size(); ++i) {
    const char c = java[i];
    const char next = i + 1 < java.size() ? java[i + 1] : '\0';
    if (c == '\\') {
      ++i;
      if (next == 'Q') {
        const std::size_t end = java.find("\\E", i + 1);
        for (++i; i < std::min(end, java.size()); ++i) {
          out += literal(java[i]);
        }
        i = end == std::string::npos ? java.size() : end + 1;
      } else if (const std::string set = class_escape(next); !set.empty()) {
        out += in_brackets ? set : "[" + set + "]";
      } else if (next == 'D' || next == 'W' || next == 'S') {
        if (in_brackets) {
          refuse(java, std::string("\\") + next + " inside brackets");
        }
        out += "[^" + class_escape(static_cast<char>(std::tolower(next))) + "]";
      } else if (std::isalnum(static_cast<unsigned char>(next)) || next == '\0') {
        refuse(java, std::string("\\") + next);
      } else if (in_brackets) {
        out += next == '-' || next == ']' ? std::string("[.") + next + ".]" : std::string(1, next);
      } else {
        out += literal(next);
      }
    } else if (in_brackets) {
      if (c == '[' && next != ':') {
        refuse(java, "a class inside a class");
      }
      if (c == '&' && next == '&') {
        refuse(java, "&&");
      }
      in_brackets = c != ']';
      out += c;
    } else if (c == '(' && next == '?') {
      if (i + 2 >= java.size() || java[i + 2] != ':') {
        refuse(java, "a (?…) group");
      }
      out += '(';
      i += 2;
    } else if ((c == '*' || c == '+' || c == '?' || c == '}') && (next == '?' || next == '+')) {
      // Lazy and greedy match the same whole names.
      if (next == '+') {
        refuse(java, "a possessive quantifier");
      }
      out += c;
      ++i;
    } else {
      in_brackets = c == '[';
      out += c;
    }
  }
  return "^(" + out + ")$";
}

}  // namespace tandem::topics::kafka
