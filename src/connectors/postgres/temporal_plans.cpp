#include "connectors/postgres/column_plans.hpp"
#include "connectors/postgres/pgoutput/text_values.hpp"
#include "tandem/data/logical.hpp"

#include <fmt/format.h>

namespace tandem::postgres_source {
namespace {

using pgoutput::kInfinity;
using pgoutput::kMinusInfinity;

constexpr std::int64_t kDayUs = 86'400'000'000;
// What Debezium makes of infinite timestamps (PGStatement.DATE_POSITIVE_INFINITY and its counterpart, in
// microseconds).
constexpr std::int64_t kInfinityUs = 9'223'372'036'825'200'000;
constexpr std::int64_t kMinusInfinityUs = -9'223'372'036'832'400'000;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

SchemaBuilder named(SchemaType type, const char* name) {
  SchemaBuilder b(type);
  b.name(name).version(1);
  return b;
}

/// `digits` < 0: as many as are needed, as ISO_LOCAL_TIME.
void append_fraction(std::string& out, std::int64_t us, int digits) {
  if (digits == 0 || (digits < 0 && us == 0)) {
    return;
  }
  std::string text = fmt::format("{:06}", us);
  if (digits > 0) {
    text.resize(static_cast<std::size_t>(digits), '0');
  } else {
    text.erase(text.find_last_not_of('0') + 1);
  }
  out.push_back('.');
  out += text;
}

std::string clock_text(std::int64_t us, int digits) {
  const std::int64_t s = us / 1'000'000;
  std::string out = fmt::format("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
  append_fraction(out, us % 1'000'000, digits);
  return out;
}

std::string date_text(std::int64_t days) {
  const CivilDate d = civil_from_days(days);
  if (d.year > 9999) {
    return fmt::format("+{}-{:02}-{:02}", d.year, d.month, d.day);
  }
  return d.year < 0 ? fmt::format("-{:04}-{:02}-{:02}", -d.year, d.month, d.day)
                    : fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day);
}

std::string timestamp_text(std::int64_t us, int digits) {
  const std::int64_t days = floor_div(us, kDayUs);
  return date_text(days) + "T" + clock_text(us - days * kDayUs, digits) + "Z";
}

Scalar date_plan(const TypeSettings& settings) {
  if (settings.time == TimePrecision::isostring) {
    return {named(SchemaType::string, "io.debezium.time.IsoDate"),
            [](std::string_view text, Value& out) {
              std::int64_t days = 0;
              if (!pgoutput::parse_date(text, days)) {
                return false;
              }
              out = days == kInfinity        ? Value("+292278994-08-16Z")
                    : days == kMinusInfinity ? Value("-5877611-06-22Z")
                                             : Value(date_text(days) + "Z");
              return true;
            },
            Value("1970-01-01Z"), Value("1970-01-01Z"), true};
  }
  const bool connect = settings.time == TimePrecision::connect;
  return {named(SchemaType::int32, connect ? logical::kDate.data() : "io.debezium.time.Date"),
          [](std::string_view text, Value& out) {
            std::int64_t days = 0;
            if (!pgoutput::parse_date(text, days)) {
              return false;
            }
            // What Debezium's events hold for the infinities (observed: LocalDate of the driver's limits, cut
            // to 32 bits).
            if (days == kInfinity) {
              days = -2'147'472'692;
            } else if (days == kMinusInfinity) {
              days = -2'147'472'691;
            }
            out = Value(static_cast<std::int32_t>(days));
            return true;
          },
          Value(std::int32_t{0}), Value(std::int32_t{0}), true};
}

Scalar time_plan(int precision, const TypeSettings& settings) {
  const auto plan = [](SchemaBuilder schema, auto convert, Value zero) {
    return Scalar{std::move(schema),
                  [convert](std::string_view text, Value& out) {
                    std::int64_t us = 0;
                    if (!pgoutput::parse_time(text, us)) {
                      return false;
                    }
                    out = convert(us);
                    return true;
                  },
                  zero, zero, true};
  };
  const auto millis = [](std::int64_t us) { return Value(static_cast<std::int32_t>(us / 1000)); };
  switch (settings.time) {
    case TimePrecision::isostring:
      return plan(
          named(SchemaType::string, "io.debezium.time.IsoTime"),
          [](std::int64_t us) { return Value(clock_text(us % kDayUs, -1) + "Z"); }, Value("00:00:00Z"));
    case TimePrecision::connect:
      return plan(named(SchemaType::int32, logical::kTime.data()), millis, Value(std::int32_t{0}));
    case TimePrecision::nanoseconds:
      return plan(
          named(SchemaType::int64, "io.debezium.time.NanoTime"),
          [](std::int64_t us) { return Value(us * 1000); }, Value(std::int64_t{0}));
    case TimePrecision::adaptive:
      if (precision <= 3) {
        return plan(named(SchemaType::int32, "io.debezium.time.Time"), millis, Value(std::int32_t{0}));
      }
      [[fallthrough]];
    default:
      return plan(
          named(SchemaType::int64, "io.debezium.time.MicroTime"), [](std::int64_t us) { return Value(us); },
          Value(std::int64_t{0}));
  }
}

Scalar timestamp_plan(int precision, const TypeSettings& settings) {
  const auto plan = [](SchemaBuilder schema, auto convert, Value zero) {
    return Scalar{
        std::move(schema),
        [convert](std::string_view text, Value& out) {
          std::int64_t us = 0;
          if (!pgoutput::parse_timestamp(text, us)) {
            return false;
          }
          out = convert(us == kInfinity ? kInfinityUs : us == kMinusInfinity ? kMinusInfinityUs : us);
          return true;
        },
        zero, zero, true};
  };
  const auto millis = [](std::int64_t us) { return Value(floor_div(us, 1000)); };
  const bool adaptive =
      settings.time == TimePrecision::adaptive || settings.time == TimePrecision::adaptive_microseconds;
  if (settings.time == TimePrecision::isostring) {
    return plan(
        named(SchemaType::string, "io.debezium.time.IsoTimestamp"),
        [](std::int64_t us) { return Value(timestamp_text(us, -1)); }, Value("1970-01-01T00:00:00Z"));
  }
  if (settings.time == TimePrecision::connect) {
    return plan(named(SchemaType::int64, logical::kTimestamp.data()), millis, Value(std::int64_t{0}));
  }
  if (settings.time == TimePrecision::nanoseconds) {
    return plan(
        named(SchemaType::int64, "io.debezium.time.NanoTimestamp"),
        [](std::int64_t us) {
          return us == kInfinityUs || us > INT64_MAX / 1000        ? Value(std::int64_t{INT64_MAX})
                 : us == kMinusInfinityUs || us < INT64_MIN / 1000 ? Value(std::int64_t{INT64_MIN})
                                                                   : Value(us * 1000);
        },
        Value(std::int64_t{0}));
  }
  if (adaptive && precision <= 3) {
    return plan(named(SchemaType::int64, "io.debezium.time.Timestamp"), millis, Value(std::int64_t{0}));
  }
  return plan(
      named(SchemaType::int64, "io.debezium.time.MicroTimestamp"), [](std::int64_t us) { return Value(us); },
      Value(std::int64_t{0}));
}

Scalar timestamptz_plan(int precision) {
  const Value zero("1970-01-01T00:00:00Z");
  const Value epoch(
      "1970-01-01T00:00:00" +
      std::string(precision > 0 ? "." + std::string(static_cast<std::size_t>(precision), '0') : "") + "Z");
  return {named(SchemaType::string, "io.debezium.time.ZonedTimestamp"),
          [precision](std::string_view text, Value& out) {
            std::int64_t us = 0;
            if (!pgoutput::parse_timestamptz(text, us)) {
              return false;
            }
            out =
                us == kInfinity || us == kMinusInfinity ? Value(text) : Value(timestamp_text(us, precision));
            return true;
          },
          zero,
          zero,
          true,
          nullptr,
          epoch};
}

Scalar timetz_plan() {
  return {named(SchemaType::string, "io.debezium.time.ZonedTime"),
          [](std::string_view text, Value& out) {
            pgoutput::ZonedTime t;
            if (!pgoutput::parse_timetz(text, t)) {
              return false;
            }
            const std::int64_t utc = t.us - static_cast<std::int64_t>(t.offset_seconds) * 1'000'000;
            out = Value(clock_text(((utc % kDayUs) + kDayUs) % kDayUs, -1) + "Z");
            return true;
          },
          Value("00:00:00Z"), Value("00:00:00Z"), false};
}

Scalar interval_plan(const TypeSettings& settings) {
  if (settings.interval_as_string) {
    return {named(SchemaType::string, "io.debezium.time.Interval"),
            [](std::string_view text, Value& out) {
              pgoutput::Interval i;
              if (!pgoutput::parse_interval(text, i) || i.infinite != 0) {
                return false;
              }
              const std::int64_t s = i.us / 1'000'000, us = i.us % 1'000'000;
              std::string seconds = fmt::format("{}", s % 60);
              if (us != 0) {
                seconds = (i.us < 0 && s % 60 == 0) ? "-0" : seconds;
                append_fraction(seconds, us < 0 ? -us : us, -1);
              }
              out = Value(fmt::format("P{}Y{}M{}DT{}H{}M{}S", i.months / 12, i.months % 12, i.days, s / 3600,
                                      s / 60 % 60, seconds));
              return true;
            },
            Value("P0Y0M0DT0H0M0S"), Value("P0Y0M0DT0H0M0S"), true};
  }
  return {named(SchemaType::int64, "io.debezium.time.MicroDuration"),
          [](std::string_view text, Value& out) {
            pgoutput::Interval i;
            if (!pgoutput::parse_interval(text, i) || i.infinite != 0) {
              return false;
            }
            // A month is 365.25 / 12 days: 2,629,800 seconds.
            out = Value(static_cast<std::int64_t>(
                static_cast<std::uint64_t>(std::int64_t{i.months} * 2'629'800'000'000) +
                static_cast<std::uint64_t>(i.days * kDayUs) + static_cast<std::uint64_t>(i.us)));
            return true;
          },
          Value(std::int64_t{0}), Value(std::int64_t{0}), true};
}

}  // namespace

std::optional<Scalar> make_temporal(const std::string& name, std::int32_t modifier,
                                    const TypeSettings& settings) {
  const int precision = modifier < 0 ? 6 : modifier;
  if (name == "date") {
    return date_plan(settings);
  }
  if (name == "time") {
    return time_plan(precision, settings);
  }
  if (name == "timestamp") {
    return timestamp_plan(precision, settings);
  }
  if (name == "timestamptz") {
    return timestamptz_plan(precision);
  }
  if (name == "timetz") {
    return timetz_plan();
  }
  if (name == "interval") {
    return interval_plan(settings);
  }
  return std::nullopt;
}

}  // namespace tandem::postgres_source
