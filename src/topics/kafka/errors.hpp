#pragma once
#include "tandem/base/error.hpp"

#include <string>

#include <librdkafka/rdkafka.h>

namespace tandem::topics::kafka {

/// Our kind and a remedy for one of librdkafka's codes. `doing` opens the message: "writing to topic
/// 'orders'"; `detail` is the library's own text where it has one.
Error to_error(rd_kafka_resp_err_t code, const std::string& doing, const std::string& detail = {});
[[noreturn]] void raise_error(rd_kafka_resp_err_t code, const std::string& doing,
                              const std::string& detail = {});

}  // namespace tandem::topics::kafka
