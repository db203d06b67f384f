#include "rest/exchange.hpp"
#include "rest/rest.hpp"
#include "tests/support/fake_herder.hpp"

#include <gtest/gtest.h>

namespace tandem::rest {
namespace {

class Resources : public ::testing::Test {
 protected:
  Resources() {
    herder.infos["a/b c"] = {"a/b c", {{"name", "a/b c"}, {"k", "v"}, {"n", std::nullopt}}, {0, 1}, "source"};
    herder.statuses["a/b c"] = {
        "a/b c",
        {"RUNNING", "h:8083", "", "1"},
        {{0, "RUNNING", "h:8083", "", "1", "waits for the database", {"snapshot of t", 3, 10, 1500}},
         {1, "FAILED", "h:8083", "trace text", "1", "", {}}},
        "source"};
  }
  http::Response ask(std::string method, std::string target, std::string body = {},
                     std::map<std::string, std::string> headers = {}) {
    http::Response out;
    out.status = 0;
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    request.headers = std::move(headers);
    rest.router()->dispatch(std::move(request), [&](http::Response r) { out = std::move(r); });
    return out;
  }
  testing::FakeHerder herder;
  RestResources rest{herder, rest_settings({}), "0.1.0"};
};

TEST_F(Resources, RootAndHealth) {
  EXPECT_EQ(ask("GET", "/").body,
            R"({"version":"3.9.1","commit":"tandem-0.1.0","kafka_cluster_id":"cluster"})");
  EXPECT_EQ(
      ask("GET", "/health").body,
      R"({"status":"healthy","message":"Worker has completed startup and is ready to handle requests."})");
  herder.is_ready = false;
  EXPECT_EQ(ask("GET", "/health").status, 503);
}

TEST_F(Resources, EntitiesHaveConnectsKeysInOrder) {
  EXPECT_EQ(ask("GET", "/connectors").body, R"(["a/b c"])");
  EXPECT_EQ(
      ask("GET", "/connectors/a%2Fb%20c").body,
      R"({"name":"a/b c","config":{"k":"v","n":null,"name":"a/b c"},"tasks":[{"connector":"a/b c","task":0},{"connector":"a/b c","task":1}],"type":"source"})");
  EXPECT_EQ(
      ask("GET", "/connectors/a%2Fb%20c/status/").body,
      R"({"name":"a/b c","connector":{"state":"RUNNING","worker_id":"h:8083"},"tasks":[{"id":0,"state":"RUNNING","worker_id":"h:8083"},)"
      R"({"id":1,"state":"FAILED","worker_id":"h:8083","trace":"trace text"}],"type":"source"})");
  EXPECT_EQ(ask("GET", "/connectors/a%2Fb%20c/tasks/1/status").body,
            R"({"id":1,"state":"FAILED","worker_id":"h:8083","trace":"trace text"})");
  EXPECT_EQ(
      ask("GET", "/connectors/a%2Fb%20c/tasks").body,
      R"([{"id":{"connector":"a/b c","task":0},"config":{"task.class":"T"}},{"id":{"connector":"a/b c","task":1},"config":{"task.class":"T"}}])");
  EXPECT_EQ(ask("GET", "/connectors/a%2Fb%20c/tasks-config").body,
            R"({"a/b c-0":{"task.class":"T"},"a/b c-1":{"task.class":"T"}})");
  EXPECT_EQ(ask("GET", "/connectors/a%2Fb%20c/topics").body, R"({"a/b c":{"topics":["t1","t2"]}})");
}

TEST_F(Resources, ExpandTakesWhatIsAsked) {
  const auto both = ask("GET", "/connectors?expand=info&expand=status").body;
  EXPECT_TRUE(both.starts_with(R"({"a/b c":{"info":{"name":"a/b c",)")) << both;
  EXPECT_NE(both.find(R"("status":{"name":"a/b c",)"), std::string::npos);
  EXPECT_EQ(ask("GET", "/connectors?expand").body, R"({"a/b c":{}})");
  EXPECT_EQ(ask("GET", "/connectors?expand=nonsense").body, R"({"a/b c":{}})");
  herder.infos["young"] = {"young", {}, {}, "sink"};  // no status yet: left out
  EXPECT_EQ(ask("GET", "/connectors?expand=status").body.find("young"), std::string::npos);
}

TEST_F(Resources, CreateAnswers201WithLocation) {
  const auto r = ask("POST", "/connectors", R"({"name":"n w","config":{"a":"b"}})",
                     {{"host", "h:1"}, {"content-type", "application/json"}});
  EXPECT_EQ(r.status, 201);
  EXPECT_EQ(r.body, R"({"name":"n w","config":{"a":"b","name":"n w"},"tasks":[],"type":"source"})");
  ASSERT_EQ(r.headers.size(), 1u);
  EXPECT_EQ(r.headers[0].second, "http://h:1/connectors/n%20w");
  EXPECT_EQ(ask("POST", "/connectors", R"({"name":"n w","config":{}})").status, 409);
  EXPECT_EQ(ask("POST", "/connectors", R"({"name":"x","config":{"name":"y"}})").status, 400);
  EXPECT_EQ(ask("POST", "/connectors", "{").status, 500);
  EXPECT_EQ(ask("PUT", "/connectors/z/config", R"({"a":"b"})").status, 201);
  EXPECT_EQ(ask("PUT", "/connectors/z/config", R"({"a":"c"})").status, 200);
  EXPECT_EQ(ask("PATCH", "/connectors/z/config", R"({"a":null,"d":"e"})").body,
            R"({"name":"z","config":{"d":"e","name":"z"},"tasks":[],"type":"source"})");
  EXPECT_EQ(ask("DELETE", "/connectors/z").status, 204);
}

TEST_F(Resources, ActionsAnswerConnectsCodes) {
  const std::string c = "/connectors/a%2Fb%20c";
  EXPECT_EQ(ask("PUT", c + "/pause").status, 202);
  EXPECT_EQ(ask("PUT", c + "/resume").status, 202);
  EXPECT_EQ(ask("PUT", c + "/stop").status, 204);
  EXPECT_EQ(ask("POST", c + "/restart").status, 204);
  EXPECT_EQ(ask("POST", c + "/restart?includeTasks=True&onlyFailed=false").status, 202);
  EXPECT_EQ(ask("POST", c + "/tasks/1/restart").status, 204);
  EXPECT_EQ(ask("POST", c + "/tasks/x/restart").status, 404);
  EXPECT_EQ(ask("PUT", c + "/topics/reset").status, 202);
  EXPECT_EQ(herder.calls,
            (std::vector<std::string>{"pause a/b c", "resume a/b c", "stop a/b c", "restart a/b c",
                                      "restart a/b c tasks", "restart 1 a/b c", "reset topics a/b c"}));
  EXPECT_EQ(ask("PUT", "/connectors/none/pause").status, 404);
}

TEST_F(Resources, OffsetsComeBackAsTheyWere) {
  const std::string text =
      R"({"offsets":[{"partition":{"file":"f"},"offset":{"position":3,"x":1.5}},{"partition":{"b":true},"offset":null}]})";
  EXPECT_EQ(ask("PATCH", "/connectors/a%2Fb%20c/offsets", text).body, R"({"message":"altered"})");
  EXPECT_EQ(ask("GET", "/connectors/a%2Fb%20c/offsets").body, text);
  EXPECT_EQ(ask("DELETE", "/connectors/a%2Fb%20c/offsets").body, R"({"message":"reset"})");
}

TEST_F(Resources, PluginsAndValidation) {
  herder.plugin_list = {{"x.P", PluginType::source, "1"}, {"x.T", PluginType::transformation, ""}};
  EXPECT_EQ(
      ask("GET", "/connector-plugins").body,
      R"([{"class":"x.P","type":"source","version":"1"},{"class":"x.T","type":"transformation","version":"0.1.0"}])");
  ConfigKey key;
  key.name = "file";
  key.importance = Importance::high;
  key.documentation = "d";
  herder.keys = {key};
  const std::string definition =
      R"({"name":"file","type":"STRING","required":false,"default_value":null,"importance":"HIGH","documentation":"d","group":null,"width":"NONE","display_name":"file","dependents":[],"order":-1})";
  EXPECT_EQ(ask("GET", "/connector-plugins/P/config").body, "[" + definition + "]");
  EXPECT_EQ(ask("GET", "/connector-plugins/Q/config").body,
            R"({"error_code":404,"message":"Unknown plugin Q."})");
  herder.validation = {
      "x.P",
      1,
      {"Common"},
      {{key, {"file", "v", {"r"}, {"e"}, true}}, {std::nullopt, {"other", std::nullopt, {}, {}, true}}}};
  EXPECT_EQ(
      ask("PUT", "/connector-plugins/P/config/validate", R"({"connector.class":"x.PConnector"})").body,
      R"({"name":"x.P","error_count":1,"groups":["Common"],"configs":[{"definition":)" + definition +
          R"(,"value":{"name":"file","value":"v","recommended_values":["r"],"errors":["e"],"visible":true}},)"
          R"({"definition":null,"value":{"name":"other","value":null,"recommended_values":[],"errors":[],"visible":true}}]})");
  const auto other = ask("PUT", "/connector-plugins/P/config/validate", R"({"connector.class":"Z"})");
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(other.body,
            R"({"error_code":400,"message":"Included connector type Z does not match request type P"})");
}

TEST_F(Resources, Loggers) {
  EXPECT_TRUE(
      ask("GET", "/admin/loggers").body.starts_with(R"({"root":{"level":"INFO","last_modified":null})"))
      << ask("GET", "/admin/loggers").body;
  EXPECT_EQ(ask("GET", "/admin/loggers/no.such.logger").body,
            R"({"error_code":404,"message":"Logger no.such.logger not found."})");
  EXPECT_EQ(ask("PUT", "/admin/loggers/tandem.test", R"({"level":"debug"})").body, R"(["tandem.test"])");
  EXPECT_TRUE(
      ask("GET", "/admin/loggers/tandem.test").body.starts_with(R"({"level":"DEBUG","last_modified":1)"));
  EXPECT_EQ(ask("PUT", "/admin/loggers/tandem.test?scope=cluster", R"({"level":"WARN"})").status, 204);
  EXPECT_EQ(ask("PUT", "/admin/loggers/x", R"({"level":"LOUD"})").body,
            R"({"error_code":404,"message":"invalid log level 'LOUD'."})");
  EXPECT_EQ(ask("PUT", "/admin/loggers/x", "{}").body,
            R"({"error_code":400,"message":"Desired 'level' parameter was not specified in request."})");
}

TEST_F(Resources, ErrorsAreJsonAndOfTheRightType) {
  EXPECT_EQ(ask("GET", "/connectors/none").body,
            R"({"error_code":404,"message":"Connector none not found"})");
  const auto unknown = ask("GET", "/nothing");
  EXPECT_EQ(unknown.body, R"({"error_code":404,"message":"HTTP 404 Not Found"})");
  EXPECT_EQ(unknown.content_type, "");
  EXPECT_EQ(ask("PATCH", "/connectors").body,
            R"({"error_code":405,"message":"HTTP 405 Method Not Allowed"})");
  EXPECT_EQ(ask("POST", "/connectors", "a=b", {{"content-type", "application/x-www-form-urlencoded"}}).status,
            415);
  EXPECT_EQ(ask("GET", "/connectors", "", {{"accept", "text/html"}}).status, 406);
}

TEST_F(Resources, OurStatusSaysWhatTasksWaitFor) {
  const auto body = ask("GET", "/tandem/status").body;
  EXPECT_NE(
      body.find(
          R"("condition":"waits for the database","progress":{"what":"snapshot of t","done":3,"total":10,"per_second":2,"seconds_left":3})"),
      std::string::npos)
      << body;
}

TEST(Deadlines, AnswersWhatWaitedTooLongOnce) {
  Deadlines deadlines(std::chrono::seconds(90), [] { return error_response(500, "Request timed out. "); });
  int answers = 0;
  std::string last;
  const auto responder = [&](http::Response r) {
    ++answers;
    last = r.body;
  };
  auto late = deadlines.track(responder);
  const auto now = std::chrono::steady_clock::now();
  deadlines.sweep(now + std::chrono::seconds(89));
  EXPECT_EQ(answers, 0);
  deadlines.sweep(now + std::chrono::seconds(91));
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(last, R"({"error_code":500,"message":"Request timed out. "})");
  late->answer(json_response("{}"));
  EXPECT_EQ(answers, 1);
}

}  // namespace
}  // namespace tandem::rest
