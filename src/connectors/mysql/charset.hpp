#pragma once
#include "tandem/base/bytes.hpp"

#include <functional>
#include <string>

namespace tandem::mysql {

/// Text of a MySQL character set to UTF-8, appended to `out`. An empty function: the text is UTF-8 already
/// (utf8, utf8mb3, utf8mb4, ascii). What has no character becomes U+FFFD.
using TextDecoder = std::function<void(BytesView text, std::string& out)>;
/// By MySQL's name ("latin1", "cp1251", "sjis" …); an unknown name gives an empty function.
TextDecoder decoder_of(const std::string& charset);

}  // namespace tandem::mysql
