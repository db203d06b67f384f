#include "rest/errors.hpp"

#include "herder/herder.hpp"
#include "rest/json_writer.hpp"

namespace tandem::rest {

http::Response json_response(std::string body, int status) {
  return {status, std::move(body), "application/json", {}};
}

http::Response empty_response(int status) { return {status, {}, {}, {}}; }

http::Response error_response(int status, std::string_view message) {
  return json_response(write_json([&](JsonWriter& w) {
                         w.StartObject();
                         key(w, "error_code");
                         w.Int(status);
                         key(w, "message");
                         text(w, message);
                         w.EndObject();
                       }),
                       status);
}

http::Response error_response(const Error& error) {
  return error_response(herder::http_status(error.kind), error.text());
}

http::Response bare_error(int status, std::string_view message) {
  http::Response response = error_response(status, message);
  response.content_type.clear();
  return response;
}

}  // namespace tandem::rest
