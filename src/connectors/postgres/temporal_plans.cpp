#include "connectors/postgres/column_plans.hpp"
#include "connectors/postgres/pgoutput/text_values.hpp"
#include "tandem/base/digits.hpp"
#include "tandem/data/logical.hpp"

#include <fmt/format.h>

namespace tandem::postgres_source {
namespace {

using pgoutput::kInfinity;
using pgoutput::kMinusInfinity;

using pgoutput::Moment;

constexpr std::int64_t kDayUs = 86'400'000'000;
// What Debezium makes of infinite timestamps (PGStatement.DATE_POSITIVE_INFINITY and its counterpart, in
// milliseconds).
constexpr Moment kInfiniteMoment{9'223'372'036'825, 200'000, 1};
constexpr Moment kMinusInfiniteMoment{-9'223'372'036'833, 600'000, -1};

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

SchemaBuilder named(SchemaType type, const char* name) {
  SchemaBuilder b(type);
  b.name(name).version(1);
  return b;
}

void append_time(std::string& out, std::int64_t us, int digits) {
  append_hms(out, static_cast<std::uint64_t>(us / 1'000'000));
  append_fraction(out, static_cast<std::uint32_t>(us % 1'000'000), digits);
}

std::string clock_text(std::int64_t us) {
  std::string out;
  append_time(out, us, -1);
  out += 'Z';
  return out;
}

/// As LocalDate.toString: a sign before a year that four digits don't hold.
void append_date(std::string& out, std::int64_t days) {
  const CivilDate d = civil_from_days(days);
  if (d.year < 0 || d.year > 9999) {
    out += d.year < 0 ? '-' : '+';
  }
  append_ymd(out, static_cast<std::uint64_t>(d.year < 0 ? -d.year : d.year), d.month, d.day);
}

std::string date_text(std::int64_t days) {
  std::string out;
  append_date(out, days);
  out += 'Z';
  return out;
}

std::string timestamp_text(const Moment& at, int digits) {
  const std::int64_t days = floor_div(at.seconds, 86'400);
  std::string out;
  append_date(out, days);
  out += 'T';
  append_time(out, (at.seconds - days * 86'400) * 1'000'000 + at.us, digits);
  out += 'Z';
  return out;
}

/// Infinite days in a value; PostgreSQL's driver gives a snapshot (and every array) a java.sql.Date of its
/// limits, which loses the era; a streamed value is a date that the connector names.
struct InfiniteDate {
  std::int32_t days;
  const char* text;
};
InfiniteDate infinite_date(bool positive, bool by_driver) {
  if (by_driver) {
    return positive ? InfiniteDate{-622'191'234, "+292278994-08-16Z"}
                    : InfiniteDate{-625'821'272, "+292269055-12-02Z"};
  }
  return positive ? InfiniteDate{-2'147'472'692, "-5877611-06-21Z"}
                  : InfiniteDate{-2'147'472'691, "-5877611-06-22Z"};
}
/// In a default expression: LocalDateTime.MAX and MIN, days cut to 32 bits.
InfiniteDate infinite_default_date(bool positive) {
  return positive ? InfiniteDate{169'560'311, "+999999999-12-31Z"}
                  : InfiniteDate{-170'999'002, "-999999999-01-01Z"};
}

bool is_infinite(std::string_view text) { return text == "infinity" || text == "-infinity"; }

Scalar date_plan(const TypeSettings& settings) {
  const bool as_text = settings.time == TimePrecision::isostring;
  const auto value = [as_text](const InfiniteDate& d) { return as_text ? Value(d.text) : Value(d.days); };
  const auto read = [as_text, value](std::string_view text, Value& out, auto infinite) {
    std::int64_t days = 0;
    if (!pgoutput::parse_date(text, days)) {
      return false;
    }
    out = days == kInfinity || days == kMinusInfinity ? value(infinite(days == kInfinity))
          : as_text                                   ? Value(date_text(days))
                                                      : Value(static_cast<std::int32_t>(days));
    return true;
  };
  const char* name = as_text                                   ? "io.debezium.time.IsoDate"
                     : settings.time == TimePrecision::connect ? logical::kDate.data()
                                                               : "io.debezium.time.Date";
  const Value zero = as_text ? Value("1970-01-01Z") : Value(std::int32_t{0});
  Scalar s{named(as_text ? SchemaType::string : SchemaType::int32, name),
           [read, driver = settings.by_driver](std::string_view text, Value& out) {
             return read(text, out, [driver](bool positive) { return infinite_date(positive, driver); });
           },
           zero, zero, true};
  s.parse_default = [read](std::string_view text, Value& out) {
    return read(text, out, infinite_default_date);
  };
  return s;
}

Scalar time_plan(int precision, const TypeSettings& settings) {
  const auto plan = [](SchemaBuilder schema, auto convert, Value zero, const Value& last) {
    Scalar s{std::move(schema),
             [convert](std::string_view text, Value& out) {
               std::int64_t us = 0;
               if (!pgoutput::parse_time(text, us)) {
                 return false;
               }
               out = convert(us);
               return true;
             },
             zero, zero, true};
    s.parse_default = [read = s.parse, last](std::string_view text, Value& out) {
      if (text.starts_with("24:")) {
        out = last;
        return true;
      }
      return read(text, out);
    };
    return s;
  };
  // As a default 24:00:00 is LocalTime.MAX, a nanosecond before midnight.
  const Value last_milli(std::int32_t{86'399'999});
  const auto millis = [](std::int64_t us) { return Value(static_cast<std::int32_t>(us / 1000)); };
  switch (settings.time) {
    case TimePrecision::isostring:
      return plan(
          named(SchemaType::string, "io.debezium.time.IsoTime"),
          [](std::int64_t us) { return Value(clock_text(us % kDayUs)); }, Value("00:00:00Z"),
          Value("23:59:59.999999999Z"));
    case TimePrecision::connect:
      return plan(named(SchemaType::int32, logical::kTime.data()), millis, Value(std::int32_t{0}),
                  last_milli);
    case TimePrecision::nanoseconds:
      return plan(
          named(SchemaType::int64, "io.debezium.time.NanoTime"),
          [](std::int64_t us) { return Value(us * 1000); }, Value(std::int64_t{0}),
          Value(std::int64_t{86'399'999'999'999}));
    case TimePrecision::adaptive:
      if (precision <= 3) {
        return plan(named(SchemaType::int32, "io.debezium.time.Time"), millis, Value(std::int32_t{0}),
                    last_milli);
      }
      [[fallthrough]];
    default:
      return plan(
          named(SchemaType::int64, "io.debezium.time.MicroTime"), [](std::int64_t us) { return Value(us); },
          Value(std::int64_t{0}), Value(std::int64_t{86'399'999'999}));
  }
}

/// TimeUnit.toMicros() stops at the ends of 64 bits, the sum with the fraction does not.
std::int64_t micros_of(const Moment& at) {
  constexpr std::int64_t most = INT64_MAX / 1'000'000;
  const std::int64_t whole = at.seconds > most    ? INT64_MAX
                             : at.seconds < -most ? INT64_MIN
                                                  : at.seconds * 1'000'000;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(whole) + static_cast<std::uint64_t>(at.us));
}

std::optional<Value> nanos_of(const Moment& at) {
  std::int64_t out = 0;
  if (at.infinite != 0) {
    return Value(at.infinite > 0 ? std::int64_t{INT64_MAX} : std::int64_t{INT64_MIN});
  }
  if (__builtin_mul_overflow(at.seconds, 1'000'000'000, &out) ||
      __builtin_add_overflow(out, std::int64_t{at.us} * 1000, &out)) {
    return std::nullopt;
  }
  return Value(out);
}

/// The literal of a default may be a date alone.
std::string with_clock(std::string_view text) {
  std::string out(text);
  if (!is_infinite(text) && text.find(':') == std::string_view::npos) {
    const bool bc = text.ends_with(" BC");
    out.insert(bc ? out.size() - 3 : out.size(), " 00:00:00");
  }
  return out;
}

/// `infinite_default`: of LocalDateTime.MAX and MIN.
template <class Convert>
Scalar moment_plan(SchemaBuilder schema, Convert convert, const Value& zero,
                   std::function<std::optional<Value>(bool positive)> infinite_default) {
  Scalar s{std::move(schema),
           [convert](std::string_view text, Value& out) {
             Moment at;
             if (!pgoutput::parse_timestamp(text, at)) {
               return false;
             }
             const std::optional<Value> v = convert(at.infinite > 0   ? kInfiniteMoment
                                                    : at.infinite < 0 ? kMinusInfiniteMoment
                                                                      : at);
             out = v.value_or(Value());
             return v.has_value();
           },
           zero, zero, true};
  s.parse_default = [read = s.parse, infinite_default = std::move(infinite_default)](std::string_view text,
                                                                                     Value& out) {
    if (!is_infinite(text)) {
      return read(with_clock(text), out);
    }
    const auto v = infinite_default(text[0] != '-');
    out = v.value_or(Value());
    return v.has_value();
  };
  return s;
}

Scalar timestamp_plan(int precision, const TypeSettings& settings) {
  const auto none = [](bool) { return std::optional<Value>(); };
  const auto millis = [](const Moment& at) { return Value(at.seconds * 1000 + at.us / 1000); };
  const Value zero(std::int64_t{0});
  const bool adaptive =
      settings.time == TimePrecision::adaptive || settings.time == TimePrecision::adaptive_microseconds;
  if (settings.time == TimePrecision::isostring) {
    return moment_plan(
        named(SchemaType::string, "io.debezium.time.IsoTimestamp"),
        [](const Moment& at) { return Value(timestamp_text(at, -1)); }, Value("1970-01-01T00:00:00Z"),
        [](bool positive) {
          return std::optional(
              Value(positive ? "+999999999-12-31T23:59:59.999999999Z" : "-999999999-01-01T00:00:00Z"));
        });
  }
  if (settings.time == TimePrecision::connect) {
    return moment_plan(named(SchemaType::int64, logical::kTimestamp.data()), millis, zero, none);
  }
  if (settings.time == TimePrecision::nanoseconds) {
    return moment_plan(named(SchemaType::int64, "io.debezium.time.NanoTimestamp"), nanos_of, zero, none);
  }
  if (adaptive && precision <= 3) {
    return moment_plan(named(SchemaType::int64, "io.debezium.time.Timestamp"), millis, zero, none);
  }
  return moment_plan(
      named(SchemaType::int64, "io.debezium.time.MicroTimestamp"),
      [](const Moment& at) { return Value(micros_of(at)); }, zero,
      [](bool positive) {
        return std::optional(Value(micros_of({positive ? INT64_MAX : INT64_MIN, positive ? 999'999 : 0})));
      });
}

Scalar timestamptz_plan(int precision) {
  const Value zero("1970-01-01T00:00:00Z");
  const Value epoch(
      "1970-01-01T00:00:00" +
      std::string(precision > 0 ? "." + std::string(static_cast<std::size_t>(precision), '0') : "") + "Z");
  Scalar s{named(SchemaType::string, "io.debezium.time.ZonedTimestamp"),
           [precision](std::string_view text, Value& out) {
             Moment at;
             if (!pgoutput::parse_timestamptz(text, at)) {
               return false;
             }
             out = at.infinite != 0 ? Value(text) : Value(timestamp_text(at, precision));
             return true;
           },
           zero,
           zero,
           true,
           nullptr,
           epoch};
  s.parse_default = [read = s.parse](std::string_view text, Value& out) {
    return !is_infinite(text) && read(text, out);
  };
  return s;
}

Scalar timetz_plan() {
  return {named(SchemaType::string, "io.debezium.time.ZonedTime"),
          [](std::string_view text, Value& out) {
            pgoutput::ZonedTime t;
            if (!pgoutput::parse_timetz(text, t)) {
              return false;
            }
            const std::int64_t utc = t.us - static_cast<std::int64_t>(t.offset_seconds) * 1'000'000;
            out = Value(clock_text(((utc % kDayUs) + kDayUs) % kDayUs));
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
                append_fraction(seconds, static_cast<std::uint32_t>(us < 0 ? -us : us), -1);
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
            std::int64_t us = std::int64_t{i.days} * kDayUs;
            std::int64_t months = 0;
            if (__builtin_add_overflow(us, i.us, &us) ||
                __builtin_mul_overflow(std::int64_t{i.months}, 2'629'800'000'000, &months) ||
                __builtin_add_overflow(us, months, &us)) {
              us = i.months < 0 || (i.months == 0 && i.days < 0) ? INT64_MIN : INT64_MAX;
            }
            out = Value(us);
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
