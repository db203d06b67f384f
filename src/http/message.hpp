#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tandem::http {

/// A request as a handler sees it. Owns its text.
struct Request {
  std::string method;  ///< upper case
  std::string target;  ///< as it came: raw path and query
  std::string body;
  std::map<std::string, std::string> headers;  ///< names in lower case; repeated ones joined with ", "
  std::vector<std::string> segments;           ///< of the path, percent-decoded
  std::map<std::string, std::string, std::less<>> path;    ///< {name} parts of the matched pattern, decoded
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order, keys repeat
  std::string peer;                                        ///< address of the client

  std::string_view header(std::string_view lower_case_name) const;
  /// First value of a query key; nullopt when absent.
  std::optional<std::string> query_value(std::string_view key) const;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type;  ///< empty: no such header
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Answers one request; call exactly once, from any thread. A later call does nothing.
using Responder = std::function<void(Response)>;
/// Runs on the server's thread; must not block. An exception becomes a 500 by the router's renderer.
using Handler = std::function<void(Request request, Responder respond)>;
/// Body and type for an error that this room found (404, 405, 400, 408, 413, 431, 500, 503).
using ErrorRenderer = std::function<Response(int status, std::string_view text)>;

/// "Not Found" for 404 …; "" for an unknown code.
std::string_view reason(int status) noexcept;

}  // namespace tandem::http
