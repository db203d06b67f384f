#pragma once
#include "http/message.hpp"
#include "tandem/base/error.hpp"

#include <string>
#include <string_view>

namespace tandem::rest {

/// `{"error_code":status,"message":text}` as application/json.
http::Response error_response(int status, std::string_view message);
/// By the table herder::http_status(); the text has the remedy when there is one.
http::Response error_response(const Error& error);
/// The same body without a content type: what Connect sends for errors found before any resource (404, 405,
/// 406, 415).
http::Response bare_error(int status, std::string_view message);
http::Response json_response(std::string body, int status = 200);
http::Response empty_response(int status);

}  // namespace tandem::rest
